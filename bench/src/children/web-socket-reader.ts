/** What a WebSocket server sends (RFC 6455 §5.2), with no more work than counting: a viewer that takes pictures and looks at none. */

export interface WebSocketMessages {
  readonly onText: (text: string) => void;
  /** Of a picture only its size matters. */
  readonly onBinary: (bytes: number) => void;
}

const OPCODE_TEXT = 1;
const OPCODE_BINARY = 2;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;
const MAX_HEADER_BYTES = 10;

/** Messages in one frame each, unmasked, uncompressed: as the gateway sends them. */
export class WebSocketReader {
  readonly #messages: WebSocketMessages;
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerBytes = 0;
  /** Of the current frame; undefined while its header is read. */
  #payloadBytes: number | undefined;
  #missingBytes = 0;
  #text: Buffer[] = [];

  constructor(messages: WebSocketMessages) {
    this.#messages = messages;
  }

  /** The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadBytes === undefined) at = this.#readHeader(chunk, at);
      if (this.#payloadBytes === undefined) return;
      const end = Math.min(chunk.length, at + this.#missingBytes);
      if (this.#opcode === OPCODE_TEXT && end > at) this.#text.push(Buffer.from(chunk.subarray(at, end)));
      this.#missingBytes -= end - at;
      at = end;
      if (this.#missingBytes === 0) this.#endFrame(this.#payloadBytes);
    }
  }

  get #opcode(): number {
    return (this.#header[0] ?? 0) & 0x0f;
  }

  #readHeader(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      this.#header[this.#headerBytes++] = chunk[at++] ?? 0;
      const payloadBytes = this.#payloadBytesTold();
      if (payloadBytes === undefined) continue;
      this.#payloadBytes = payloadBytes;
      this.#missingBytes = payloadBytes;
      return at;
    }
    return at;
  }

  /** Undefined until the header is whole. */
  #payloadBytesTold(): number | undefined {
    if (this.#headerBytes < 2) return undefined;
    const length = (this.#header[1] ?? 0) & 0x7f;
    if (length < LENGTH_IN_2_BYTES) return length;
    if (length === LENGTH_IN_2_BYTES) return this.#headerBytes < 4 ? undefined : this.#header.readUInt16BE(2);
    if (length === LENGTH_IN_8_BYTES && this.#headerBytes === MAX_HEADER_BYTES) {
      return Number(this.#header.readBigUInt64BE(2));
    }
    return undefined;
  }

  #endFrame(payloadBytes: number): void {
    const opcode = this.#opcode;
    this.#headerBytes = 0;
    this.#payloadBytes = undefined;
    if (opcode === OPCODE_BINARY) this.#messages.onBinary(payloadBytes);
    if (opcode !== OPCODE_TEXT) return;
    const text = Buffer.concat(this.#text).toString();
    this.#text = [];
    this.#messages.onText(text);
  }
}

/** A text message to a server: masked, as RFC 6455 §5.3 has it, by a key of zeros, which changes nothing. */
export function webSocketText(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length >= LENGTH_IN_2_BYTES) throw new RangeError('text must be shorter than 126 bytes');
  return Buffer.concat([Buffer.from([0x80 | OPCODE_TEXT, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
