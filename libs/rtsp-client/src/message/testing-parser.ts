/** Test helpers of this folder: a recording parser, and frames written as text. Not part of the library. */
import { MessageParser, type MessageParserOptions } from './message-parser.ts';
import type { RtspRequest, RtspResponse } from './rtsp-message.ts';

/** Records the parser's output as text. */
export class Recorder {
  readonly log: string[] = [];
  readonly messages: (RtspResponse | RtspRequest)[] = [];
  readonly faults: string[] = [];
  readonly parser: MessageParser;
  nowMs = 1_000_000;

  constructor(limits: MessageParserOptions['limits'] = {}, assigned: readonly number[] = [0, 1]) {
    this.parser = new MessageParser({
      limits,
      channels: {
        isAssigned: (channel) => assigned.includes(channel),
        looksLikeMedia: ([first = 0, second = 0]) => first >> 6 === 2 && [96, 72, 73].includes(second & 0x7f),
      },
      sink: {
        onFrame: (channel, payload) => this.log.push(`$${channel} ${Buffer.from(payload).toString('hex')}`),
        onMessage: (message) => {
          this.messages.push(message);
          const body = Buffer.from(message.body).toString('latin1');
          const start =
            message.kind === 'response'
              ? `${message.statusCode} ${message.reason}`
              : `${message.method} ${message.uri}`;
          const headers = [...message.headers].map(({ name, value }) => `${name}=${value}`).join('|');
          this.log.push(`${start} [${headers}] ${JSON.stringify(body)}`);
        },
        onFault: (reason) => this.faults.push(reason),
        onResync: (skippedBytes) => this.log.push(`skipped ${skippedBytes}`),
      },
    });
  }

  push(...chunks: readonly (string | Uint8Array)[]) {
    let failure: ReturnType<MessageParser['push']>;
    for (const chunk of chunks) {
      // Sockets reuse their buffer. Overwriting it after the call exposes views that were kept.
      const bytes = Uint8Array.from(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
      failure = this.parser.push(bytes, this.nowMs);
      bytes.fill(0xee);
    }
    return failure;
  }
}

export const RTP = '80600001000000000000000041aabbcc';
export const frame = (channel: number, hex: string): string => {
  const payload = Buffer.from(hex, 'hex');
  return Buffer.concat([Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff]), payload]).toString(
    'latin1',
  );
};
