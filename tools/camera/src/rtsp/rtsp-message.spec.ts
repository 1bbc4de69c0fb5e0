import { ClientParser, formatResponse } from './rtsp-message.ts';

const OPTIONS = 'OPTIONS rtsp://h/cam1 RTSP/1.0\r\nCSeq: 1\r\n\r\n';
const WITH_BODY = 'SET_PARAMETER rtsp://h/cam1 RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\na: ';
const FRAME = '$\x01\x00\x02\x80\xc9';

/** Parsed items in short form. */
const read = (...chunks: string[]) => {
  const parser = new ClientParser();
  return chunks
    .flatMap((chunk) => parser.push(Buffer.from(chunk, 'latin1')))
    .map((item) => {
      if (item.type === 'request')
        return `${item.request.method} ${item.request.headers.get('cseq')} ${item.request.body}`;
      return item.type === 'frame' ? `frame ${item.frame.channel} ${item.frame.payload.toString('hex')}` : item.reason;
    });
};

describe('ClientParser', () => {
  it('reads requests and frames whatever the split', () => {
    const stream = OPTIONS + FRAME + WITH_BODY + FRAME;
    const items = ['OPTIONS 1 ', 'frame 1 80c9', 'SET_PARAMETER 2 a: ', 'frame 1 80c9'];
    expect(read(stream)).toEqual(items);
    expect(read(...stream)).toEqual(items);
  });

  it.each([
    { name: 'another protocol', text: 'GET / HTTP/1.1\r\n\r\n', reason: 'bad request line' },
    { name: 'a header without colon', text: 'OPTIONS * RTSP/1.0\r\nCSeq\r\n\r\n', reason: 'bad header line' },
    {
      name: 'a negative length',
      text: 'OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n',
      reason: 'bad Content-Length',
    },
    {
      name: 'a body over the limit',
      text: 'OPTIONS * RTSP/1.0\r\nContent-Length: 65537\r\n\r\n',
      reason: 'bad Content-Length',
    },
    { name: 'headers without end', text: 'x'.repeat(16_385), reason: 'headers too long' },
  ])('refuses $name', ({ text, reason }) => {
    expect(read(text)).toEqual([reason]);
  });
});

it('formatResponse', () => {
  expect(formatResponse({ status: 200, headers: { Session: 'A1' }, body: 'v=0' }, '7').toString()).toBe(
    'RTSP/1.0 200 OK\r\nCSeq: 7\r\nSession: A1\r\nContent-Length: 3\r\n\r\nv=0',
  );
});
