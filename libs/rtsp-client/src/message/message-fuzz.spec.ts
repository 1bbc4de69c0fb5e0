/** Properties of the parser on hostile input. ORIEL_FUZZ_RUNS sets the runs per property; a million takes some minutes. */
import fc from 'fast-check';
import { MessageParser } from './message-parser.ts';
import { parseMethodList } from './method-list-header.ts';
import { parseRetryAfter } from './retry-after-header.ts';
import { parseRtpInfoHeader } from './rtp-info-header.ts';
import { encodeRequest, encodeResponse, type RtspRequest, type RtspResponse } from './rtsp-message.ts';
import { parseSessionHeader } from './session-header.ts';
import { parseTransportHeader } from './transport-header.ts';
import { parseChallenges } from './www-authenticate-header.ts';

const numRuns = Number(process.env['ORIEL_FUZZ_RUNS'] ?? 1_000);

function collect(chunks: readonly Uint8Array[]) {
  const messages: (RtspResponse | RtspRequest)[] = [];
  const frames: string[] = [];
  const parser = new MessageParser({
    channels: { isAssigned: (channel) => channel < 2, looksLikeMedia: ([first = 0]) => first >> 6 === 2 },
    sink: {
      onFrame: (channel, payload) => frames.push(`${channel} ${Buffer.from(payload).toString('hex')}`),
      onMessage: (message) => messages.push(message),
      onFault() {},
      onResync() {},
    },
  });
  let failure: ReturnType<MessageParser['push']>;
  for (const chunk of chunks) {
    failure = parser.push(Uint8Array.from(chunk), 0);
    if (failure === undefined && parser.heldBytes > 1_200_000) throw new Error(`${parser.heldBytes} bytes held`);
  }
  return { messages, frames, failure };
}

const pieces = [
  'RTSP/1.0 200 OK\r\n',
  'RTSP/1.',
  'CSeq: 1\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: ',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  ': ',
  ' ',
  'OPTIONS * RTSP/1.0\r\n',
  'PLAY ',
  '$\x00\x00\x04abcd',
  '$\x01\x00\x0c\x80\x60\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00',
  '$',
  '$\x00\xff\xff',
  'Content-Type: application/sdp\r\n',
  'v=0\r\nm=video 0 RTP/AVP 96\r\n',
  'HTTP/1',
  '\x15\x03',
];
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(...pieces).map((text) => new Uint8Array(Buffer.from(text, 'latin1'))),
    fc.uint8Array({ maxLength: 30 }),
  ),
  { maxLength: 40 },
);

it('item 96: no input makes the parser throw, hang or hold more than its limits', () => {
  fc.assert(
    fc.property(hostile, (chunks) => void collect(chunks)),
    { numRuns },
  );
});

it('item 96: the same bytes give the same messages and frames, however they are cut', () => {
  const wellFormed = fc.array(
    fc.oneof(
      fc
        .constantFrom(
          'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n',
          'RTSP/1.0 404\nContent-Length: 2\n\nhi',
          '\r\n',
          'OPTIONS * RTSP/1.0\r\nCSeq: 3\r\n\r\n',
        )
        .map((text) => Buffer.from(text)),
      fc
        .uint8Array({ maxLength: 300 })
        .map((payload) => Buffer.from([0x24, 1, payload.length >> 8, payload.length & 0xff, ...payload])),
    ),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(wellFormed, fc.array(fc.nat(3_000), { maxLength: 30 }), (parts, cuts) => {
      const whole = Buffer.concat(parts);
      const points = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const cut = points.slice(1).map((end, index) => whole.subarray(points[index], end));
      expect(collect(cut)).toEqual(collect([whole]));
    }),
    { numRuns },
  );
});

it('item 96: what is encoded is parsed back, and no value can start a header of its own', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ0:;,="\\ \r\n\0é'.split('')), maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 100, max: 999 }), (value, other, status) => {
      const fields = [
        ['CSeq', '1'],
        ['X-A', value],
        ['X-B', other],
      ] as const;
      const { messages, failure } = collect([
        encodeResponse(status, value, fields),
        encodeRequest('OPTIONS', 'rtsp://h/', fields),
      ]);
      expect(failure).toBeUndefined();
      const expected = [value, other].map((one) =>
        Buffer.from(one.replace(/[\r\n\0]/g, ''), 'utf8')
          .toString('latin1')
          .trim(),
      );
      expect(
        messages.map(({ headers }) => [headers.count, headers.get('CSeq'), headers.get('X-A'), headers.get('X-B')]),
      ).toEqual(Array(2).fill([3, '1', ...expected]));
    }),
    { numRuns },
  );
});

it('item 96: no header value makes a header parser throw', () => {
  const words = [
    'RTP/AVP',
    ';',
    ',',
    '=',
    'interleaved=',
    '0-1',
    'ssrc=',
    'url=',
    'seq=',
    'rtptime=',
    'timeout=',
    'Digest ',
    'realm="',
    '"',
    '\\',
    'nonce=',
    '-1',
    ' ',
    '99999999999',
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 30 }), (parts) => {
      const value = parts.join('');
      parseTransportHeader(value);
      parseSessionHeader(value);
      parseRtpInfoHeader(value);
      parseChallenges([value]);
      parseMethodList([value]);
      parseRetryAfter(value, 0);
    }),
    { numRuns },
  );
});
