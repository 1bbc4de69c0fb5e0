/** RTSP and HTTP messages, their headers and addresses. */
import { MessageParser } from '../dist/message/message-parser.js';
import { parseRetryAfter } from '../dist/message/retry-after-header.js';
import { parseRtpInfoHeader } from '../dist/message/rtp-info-header.js';
import { encodeRequest, encodeResponse } from '../dist/message/rtsp-message.js';
import { parseSessionHeader } from '../dist/message/session-header.js';
import { parseTransportHeader } from '../dist/message/transport-header.js';
import { parseChallenges } from '../dist/message/www-authenticate-header.js';
import { HttpReplyReader } from '../dist/transport/http-reply-reader.js';
import { resolveControlUrl } from '../dist/url/control-url.js';
import { parseRtspUrl } from '../dist/url/rtsp-url.js';
import { check, cut, latin1 } from './case.mjs';
import * as corpus from './corpus.mjs';

function parse(chunks) {
  const log = [];
  const parser = new MessageParser({
    channels: { isAssigned: (channel) => channel < 2, looksLikeMedia: ([first = 0]) => first >> 6 === 2 },
    sink: {
      onFrame: (channel, payload) => log.push(`$${channel} ${latin1(Buffer.from(payload))}`),
      onMessage: (message) =>
        log.push(
          `${message.statusCode ?? message.method} ${message.headers.count} ${latin1(Buffer.from(message.body))}`,
        ),
      onFault: () => undefined,
      onResync: () => undefined,
    },
  });
  for (const chunk of chunks) {
    if (parser.push(Buffer.from(chunk), 0) !== undefined) break;
    check(parser.heldBytes < 1_200_000, 'held bytes');
  }
  parser.completeBody();
  return { log, parser };
}

/** What is encoded is read back, wherever it is cut. */
export function roundTripMessages(random) {
  const messages = Array.from({ length: 1 + random.below(4) }, () => {
    const fields = Array.from({ length: random.below(4) }, () => ['X-A', latin1(random.bytes(20))]);
    const isRequest = random.chance(2);
    const cSeq = ['CSeq', String(random.below(1_000))];
    return isRequest
      ? encodeRequest(random.pick(['OPTIONS', 'GET_PARAMETER']), 'rtsp://camera/', [cSeq, ...fields])
      : encodeResponse(100 + random.below(500), latin1(random.bytes(10)), [cSeq, ...fields]);
  });
  const whole = Buffer.concat(messages);
  const { log } = parse([whole]);
  check(log.length === messages.length, 'as many messages as were encoded');
  check(parse(cut(random, whole)).log.join('|') === log.join('|'), 'the same wherever it is cut');
}

export function hostileMessages(random) {
  const parts = Array.from({ length: random.below(8) }, () =>
    random.chance(5) ? random.bytes(40) : random.mutate(corpus.MESSAGES),
  );
  parse(cut(random, Buffer.concat(parts)));
}

export function headers(random) {
  const seeds = [...corpus.TRANSPORT, ...corpus.SESSION, ...corpus.AUTHENTICATE, ...corpus.RTP_INFO];
  const value = latin1(random.mutate(seeds, 1_000));
  const { ssrc, interleaved, serverPorts } = parseTransportHeader(value);
  check(ssrc === undefined || (ssrc > 0 && ssrc <= 0xffff_ffff), 'ssrc');
  check(interleaved === undefined || interleaved.every((channel) => channel >= 0 && channel <= 255), 'channels');
  check(serverPorts === undefined || serverPorts.every((port) => port > 0 && port < 65_536), 'ports');
  const session = parseSessionHeader(value);
  check(session?.timeoutS === undefined || (session.timeoutS >= 1 && session.timeoutS <= 3_600), 'timeout');
  parseRtpInfoHeader(value);
  parseChallenges([value]);
  parseRetryAfter(value, 0);
}

export function addresses(random) {
  const text = latin1(random.mutate(corpus.URLS, 600));
  const parsed = parseRtspUrl(text);
  const base = parseRtspUrl('rtsp://camera/stream').url;
  check(!/[\r\n]/.test(resolveControlUrl('rtsp://camera/stream/', text.replaceAll(/[\r\n]/g, ''), base)), 'line break');
  if (!parsed.ok) return;
  const { port, requestUri, authority, pathAndQuery } = parsed.url;
  check(port >= 1 && port <= 65_535, 'port');
  check(!/[\s@/?#]/.test(authority), 'user-info or blank in the authority');
  check(requestUri.endsWith(`://${authority}${pathAndQuery}`) && !requestUri.includes(' '), 'request URI');
}

export function httpReplies(random) {
  const reader = new HttpReplyReader();
  for (const chunk of cut(random, random.mutate(corpus.HTTP_REPLIES))) {
    const reply = reader.push(chunk);
    if (reply === undefined) continue;
    check(reply.statusCode >= 0 && reply.statusCode <= 999, 'status');
    return;
  }
}
