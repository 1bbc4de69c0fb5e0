import fc from 'fast-check';
import { MessageParser } from './message-parser.ts';
import { frame, Recorder, RTP } from './testing-parser.ts';

const GOLDEN = [
  {
    name: 'OPTIONS reply',
    text: 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n',
    log: ['200 OK [cseq=1|public=OPTIONS, DESCRIBE] ""'],
  },
  {
    name: 'DESCRIBE reply',
    text: 'RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n',
    log: ['200 OK [cseq=2|content-length=5] "v=0\\r\\n"'],
  },
  {
    name: 'item 39, device 40: Hipcam Content-length, VStarcam Cseq',
    text: 'RTSP/1.0 200 OK\r\nCseq: 2\r\nContent-length: 3 \r\n\r\nabc',
    log: ['200 OK [cseq=2|content-length=3] "abc"'],
  },
  {
    name: 'item 39: repeated headers',
    text: 'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest a\r\nwww-authenticate: Basic b\r\n\r\n',
    log: ['401 Unauthorized [www-authenticate=Digest a|www-authenticate=Basic b] ""'],
  },
  {
    name: 'item 40, device 41: no reason (gortsplib#807)',
    text: 'RTSP/1.0 200\r\nCSeq: 1\r\n\r\n',
    log: ['200  [cseq=1] ""'],
  },
  {
    name: 'item 40, device 41: no reason but a blank (gortsplib#1043)',
    text: 'RTSP/1.0 200 \r\nCSeq: 1\r\n\r\n',
    log: ['200  [cseq=1] ""'],
  },
  {
    name: 'item 37: bare LF line ends',
    text: 'RTSP/1.0 200 OK\nCSeq: 1\nContent-Length: 2\n\nhi',
    log: ['200 OK [cseq=1|content-length=2] "hi"'],
  },
  { name: 'item 37: line ends mixed', text: 'RTSP/1.0 200 OK\r\nCSeq: 1\n\r\n', log: ['200 OK [cseq=1] ""'] },
  {
    name: 'item 38: empty header value',
    text: 'RTSP/1.0 200 OK\r\nServer:\r\nCSeq: 1\r\n\r\n',
    log: ['200 OK [server=|cseq=1] ""'],
  },
  {
    name: 'item 38: blanks before the colon',
    text: 'RTSP/1.0 200 OK\r\nCSeq \t: 1\r\n\r\n',
    log: ['200 OK [cseq=1] ""'],
  },
  {
    name: 'item 38: folding',
    text: 'RTSP/1.0 200 OK\r\nPublic: OPTIONS,\r\n\tDESCRIBE\r\nCSeq: 1\r\n\r\n',
    log: ['200 OK [public=OPTIONS, DESCRIBE|cseq=1] ""'],
  },
  {
    name: 'item 38: line without colon',
    text: 'RTSP/1.0 200 OK\r\nnonsense\r\nCSeq: 1\r\n\r\n',
    log: ['200 OK [cseq=1] ""'],
  },
  {
    name: 'item 38, device 40: CSeq with blanks (Longse, retina#77)',
    text: 'RTSP/1.0 200 OK\r\nCSeq:   1 \r\n\r\n',
    log: ['200 OK [cseq=1] ""'],
  },
  {
    name: 'item 36: blank lines before messages and frames',
    text: `\r\n\r\nRTSP/1.0 200 OK\r\n\r\n\r\n\n${frame(0, RTP)}\r\n${frame(1, RTP)}`,
    log: ['200 OK [] ""', `$0 ${RTP}`, `$1 ${RTP}`],
  },
  {
    name: 'item 35: frames before, between and directly after replies',
    text: `${frame(0, RTP)}RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n${frame(1, RTP)}RTSP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx${frame(0, RTP)}`,
    log: [`$0 ${RTP}`, '200 OK [cseq=1] ""', `$1 ${RTP}`, '200 OK [content-length=1] "x"', `$0 ${RTP}`],
  },
  { name: 'item 44: a zero-length frame', text: `${frame(0, '')}${frame(0, RTP)}`, log: ['$0 ', `$0 ${RTP}`] },
  {
    name: 'a request of the server (gortsplib#93)',
    text: 'OPTIONS rtsp://10.0.0.5/ RTSP/1.0\r\nCSeq: 7\r\n\r\n',
    log: ['OPTIONS rtsp://10.0.0.5/ [cseq=7] ""'],
  },
  {
    name: 'an ANNOUNCE with a body',
    text: 'ANNOUNCE * RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 4\r\n\r\nv=0\n',
    log: ['ANNOUNCE * [cseq=7|content-length=4] "v=0\\n"'],
  },
  {
    name: 'a header with bytes above 0x7f',
    text: 'RTSP/1.0 200 OK\r\nServer: T\xfcr\r\n\r\n',
    log: ['200 OK [server=T\xfcr] ""'],
  },
  {
    name: 'equal Content-Length twice',
    text: 'RTSP/1.0 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi',
    log: ['200 OK [content-length=2|content-length=2] "hi"'],
  },
  { name: 'other version', text: 'RTSP/1.1 200 OK\r\n\r\n', log: ['200 OK [] ""'] },
];

describe('item 34: equal output for every split', () => {
  it.each(GOLDEN)('$name', ({ text, log }) => {
    const whole = new Recorder();
    whole.push(text);
    expect(whole.log).toEqual(log);
    for (let first = 0; first <= text.length; first++) {
      const halves = new Recorder();
      halves.push(text.slice(0, first), text.slice(first));
      expect(halves.log).toEqual(log);
      expect(halves.parser.heldBytes).toBe(0);
    }
    const bytewise = new Recorder();
    bytewise.push(...text);
    expect(bytewise.log).toEqual(log);
  });

  it('all golden messages in one stream, cut at random', () => {
    const text = GOLDEN.map((golden) => golden.text).join('');
    const log = GOLDEN.flatMap((golden) => golden.log);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const recorder = new Recorder();
        const points = [0, ...cuts.sort((a, b) => a - b), text.length];
        recorder.push(...points.slice(1).map((end, index) => text.slice(points[index], end)));
        expect(recorder.log).toEqual(log);
      }),
      { numRuns: 300 },
    );
  });
});

describe('frames', () => {
  it('item 44: takes the longest frame, 65535 bytes, in one piece and cut', () => {
    const payload = `8060${'5a'.repeat(65_533)}`;
    const text = frame(0, payload);
    for (const cut of [0, 1, 3, 4, 5, 1_400, 65_538]) {
      const recorder = new Recorder();
      recorder.push(text.slice(0, cut), text.slice(cut));
      expect(recorder.log).toEqual([`$0 ${payload}`]);
    }
  });

  it('item 42: hands out frames of unknown channels too, so that they can be counted', () => {
    const recorder = new Recorder();
    recorder.push(`${frame(42, RTP)}RTSP/1.0 200 OK\r\n\r\n`);
    expect(recorder.log).toEqual([`$42 ${RTP}`, '200 OK [] ""']);
  });

  it('gives views over the chunk that brought them', () => {
    const chunk = Buffer.from(`${frame(0, RTP)}${frame(1, RTP)}`, 'latin1');
    const buffers: ArrayBufferLike[] = [];
    const parser = new MessageParser({
      channels: { isAssigned: () => true, looksLikeMedia: () => true },
      sink: {
        onFrame: (_channel, payload) => void buffers.push(payload.buffer),
        onMessage() {},
        onFault() {},
        onResync() {},
      },
    });
    parser.push(chunk, 0);
    expect(buffers).toEqual([chunk.buffer, chunk.buffer]);
  });
});

describe('item 45: limits', () => {
  it.each([
    { name: 'endless header line', chunk: 'a'.repeat(1_000), failure: 'header-limit' },
    { name: 'endless number of headers', chunk: 'A: b\r\n'.repeat(100), failure: 'header-limit' },
  ])('$name', ({ chunk, failure }) => {
    const recorder = new Recorder();
    recorder.push('RTSP/1.0 200 OK\r\nX: ');
    let result: ReturnType<typeof recorder.push>;
    let pushedBytes = 0;
    while (result === undefined && pushedBytes < 1_000_000) {
      result = recorder.push(chunk);
      pushedBytes += chunk.length;
      expect(recorder.parser.heldBytes).toBeLessThan(70_000);
    }
    expect(result).toBe(failure);
  });

  it.each([
    { name: '129 headers', text: `RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(129)}\r\n`, failure: 'header-limit' },
    { name: '128 headers', text: `RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(128)}\r\n`, failure: undefined },
    {
      name: 'a header of 8193 bytes',
      text: `RTSP/1.0 200 OK\r\nA: ${'b'.repeat(8_190)}\r\n\r\n`,
      failure: 'header-limit',
    },
    {
      name: 'a body of 1 MiB and one byte',
      text: 'RTSP/1.0 200 OK\r\nContent-Length: 1048577\r\n\r\n',
      failure: 'body-limit',
    },
    { name: 'a negative length', text: 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n', failure: 'bad-content-length' },
    {
      name: 'a length in words',
      text: 'RTSP/1.0 200 OK\r\nContent-Length: five\r\n\r\n',
      failure: 'bad-content-length',
    },
  ])('$name', ({ text, failure }) => {
    expect(new Recorder().push(text)).toBe(failure);
  });

  it('a body of unknown length', () => {
    const recorder = new Recorder({ bodyBytes: 1_000 });
    recorder.push('RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n', 'a'.repeat(900));
    expect(recorder.push('a'.repeat(200))).toBe('body-limit');
  });

  it('a start line of more than 1 KiB is garbage', () => {
    const recorder = new Recorder();
    recorder.push(`RTSP/1.0 200 ${'x'.repeat(2_000)}`);
    recorder.push('RTSP/1.0 200 OK\r\n\r\n');
    expect(recorder.log.at(-1)).toBe('200 OK [] ""');
  });
});

describe('item 46: missing or wrong Content-Length', () => {
  const sdp = 'v=0\r\nm=video 0 RTP/AVP 96\r\na=control:1\r\n';
  const head = 'RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\n';

  it.each([
    { name: 'the next reply', next: 'RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n' },
    { name: 'the next frame', next: frame(0, RTP) },
  ])('missing: the body ends with $name', ({ next }) => {
    const recorder = new Recorder();
    recorder.push(`${head}\r\n${sdp}${next}`);
    expect(Buffer.from(recorder.messages[0]?.body ?? []).toString()).toBe(sdp);
    expect(recorder.log).toHaveLength(2);
  });

  it('missing: the body ends when its owner says so', () => {
    const recorder = new Recorder();
    recorder.push(`${head}\r\n${sdp.slice(0, 10)}`, sdp.slice(10));
    expect(recorder.parser.pendingBody).toBe('unbounded');
    expect(recorder.parser.completeBody()).toBe(true);
    expect(Buffer.from(recorder.messages[0]?.body ?? []).toString()).toBe(sdp);
    expect(recorder.parser.pendingBody).toBe('none');
  });

  it('missing together with Content-Type, while a description is awaited', () => {
    const recorder = new Recorder();
    recorder.parser.expectsDescription = true;
    recorder.push(`RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n${sdp}`);
    expect(recorder.parser.completeBody()).toBe(true);
    expect(Buffer.from(recorder.messages[0]?.body ?? []).toString()).toBe(sdp);
  });

  it('too large: given up once a media section is there', () => {
    const recorder = new Recorder();
    recorder.push(`${head}Content-Length: 500\r\n\r\nv=0\r\n`);
    expect(recorder.parser.pendingBody).toBe('declared');
    expect(recorder.parser.completeBody()).toBe(false);
    recorder.push('m=video 0 RTP/AVP 96\r\n');
    expect(recorder.parser.completeBody()).toBe(true);
    expect(recorder.faults).toContain('content-length-too-large');
  });

  it('too small: the rest is skipped as garbage', () => {
    const recorder = new Recorder();
    recorder.push(`${head}Content-Length: ${sdp.length - 4}\r\n\r\n${sdp}`);
    recorder.push('RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n');
    expect(recorder.log.at(-1)).toBe('200 OK [cseq=3] ""');
    expect(recorder.messages).toHaveLength(2);
  });
});
