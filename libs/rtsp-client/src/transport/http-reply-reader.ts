/** The reply that opens an HTTP tunnel (RFC 9112 §4). RTSP follows it. */
export interface HttpReply {
  /** 0 when the reply is not HTTP, or its head is too long. */
  readonly statusCode: number;
  /** Values of `WWW-Authenticate`. */
  readonly challenges: readonly string[];
  /** Bytes after the head. */
  readonly rest: Uint8Array;
}

export class HttpReplyReader {
  #held = Buffer.alloc(0);

  /** @returns undefined until the head is complete. */
  push(bytes: Uint8Array): HttpReply | undefined {
    this.#held = Buffer.concat([this.#held, bytes]);
    const end = HEAD_END.exec(this.#held.toString('latin1', 0, MAX_HEAD_BYTES));
    if (end === null) return this.#held.length < MAX_HEAD_BYTES ? undefined : NO_HTTP;
    const head = this.#held.toString('latin1', 0, end.index);
    const status = /^HTTP\/1\.\d (\d{3})/.exec(head);
    if (status === null) return NO_HTTP;
    const challenges = head
      .split(/\r?\n/)
      .flatMap((line) => /^www-authenticate\s*:\s*(.*)$/i.exec(line)?.[1]?.trim() ?? []);
    return {
      statusCode: Number(status[1]),
      challenges,
      rest: this.#held.subarray(end.index + end[0].length),
    };
  }
}

const HEAD_END = /\r?\n\r?\n/;
const MAX_HEAD_BYTES = 8_192;
const NO_HTTP: HttpReply = { statusCode: 0, challenges: [], rest: new Uint8Array() };
