/**
 * Parses the bytes of an RTSP connection into messages and interleaved frames (RFC 2326 §4, §10.12).
 *
 * Chunks may end at any byte. Frames are views of their chunk; only a frame that straddles chunks is copied, once. There
 * are no sockets and no timers: the owner passes the time and decides when a body without a length has ended.
 */
import { CarryBuffer } from './carry-buffer.ts';
import { bodyLength, findBodyEnd, holdsMediaSection } from './message-body.ts';
import { parseMessageHead, type StartLine } from './message-head.ts';
import { type ChannelExpectation, classifyStart, DOLLAR, FRAME_HEADER_BYTES } from './message-start.ts';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from './parser-limits.ts';
import { findMessage, isLineEnd } from './resync.ts';
import type { RtspHeaders } from './rtsp-headers.ts';
import type { RtspRequest, RtspResponse } from './rtsp-message.ts';

export interface ParserSink {
  /** @param payload A view, valid only during the call. */
  onFrame(channel: number, payload: Uint8Array): void;
  onMessage(message: RtspResponse | RtspRequest): void;
  /** A tolerated deviation. */
  onFault(reason: string): void;
  /** Bytes were skipped, so media of any stream may be missing. */
  onResync(skippedBytes: number): void;
}

/** Why parsing cannot continue. */
export type ParserFailure =
  | 'header-limit'
  | 'body-limit'
  | 'bad-content-length'
  | 'garbage-limit'
  | 'too-many-resyncs'
  | 'speaks-http'
  | 'speaks-tls';

type Mode =
  | { readonly name: 'start' }
  | {
      readonly name: 'body';
      readonly startLine: StartLine;
      readonly headers: RtspHeaders;
      readonly bytes: number | undefined;
    }
  | { readonly name: 'garbage'; readonly sinceMs: number; skippedBytes: number; isAtLineStart: boolean };

export interface MessageParserOptions {
  readonly sink: ParserSink;
  readonly channels: ChannelExpectation;
  readonly limits?: Partial<ParserLimits>;
}

export class MessageParser {
  /** Set while the reply to a DESCRIBE is awaited, whose SDP may come without any length. */
  expectsDescription = false;

  readonly #sink: ParserSink;
  readonly #channels: ChannelExpectation;
  readonly #limits: ParserLimits;
  readonly #carry = new CarryBuffer();
  readonly #resyncTimesMs: number[] = [];
  #mode: Mode = { name: 'start' };
  #failure: ParserFailure | undefined;
  #nowMs = 0;
  /** Bytes of an unfinished head that have been searched for the blank line. */
  #searchedBytes = 0;

  constructor({ sink, channels, limits }: MessageParserOptions) {
    this.#sink = sink;
    this.#channels = channels;
    this.#limits = { ...DEFAULT_PARSER_LIMITS, ...limits };
  }

  /** Bytes held until the next chunk, bounded by the limits. */
  get heldBytes(): number {
    return this.#carry.length;
  }

  /** The kind of body that is unfinished. */
  get pendingBody(): 'none' | 'declared' | 'unbounded' {
    if (this.#mode.name !== 'body') return 'none';
    return this.#mode.bytes === undefined ? 'unbounded' : 'declared';
  }

  /** @returns why parsing cannot continue, on this and every later call. */
  push(chunk: Uint8Array, nowMs: number): ParserFailure | undefined {
    if (this.#failure !== undefined) return this.#failure;
    this.#nowMs = nowMs;
    if (this.#carry.length === 0) {
      const consumed = this.#parse(chunk, 0, chunk.length);
      if (consumed < chunk.length) this.#carry.append(chunk.subarray(consumed));
    } else if (this.#mode.name === 'start' && this.#carry.byteAt(0) === DOLLAR) {
      this.#pushAfterPartialFrame(chunk);
    } else {
      this.#carry.append(chunk);
      this.#parseCarry();
    }
    return this.#failure;
  }

  /** Ends the body where it is. Call after silence, or when the connection ends. @returns whether that completed a message. */
  completeBody(): boolean {
    if (this.#mode.name !== 'body') return false;
    const body = this.#carry.bytes;
    if (this.#mode.bytes !== undefined) {
      if (!holdsMediaSection(body)) return false;
      this.#sink.onFault('content-length-too-large');
    }
    const { startLine, headers } = this.#mode;
    const copy = new Uint8Array(body);
    this.#carry.clear();
    this.#emit(startLine, headers, copy);
    return true;
  }

  #pushAfterPartialFrame(chunk: Uint8Array): void {
    let offset = 0;
    for (;;) {
      const wanted = this.#carriedFrameBytes() - this.#carry.length;
      const taken = chunk.subarray(offset, offset + wanted);
      this.#carry.append(taken);
      offset += taken.length;
      if (taken.length < wanted) return;
      if (this.#carry.length > FRAME_HEADER_BYTES || this.#carriedFrameBytes() === FRAME_HEADER_BYTES) break;
    }
    const frame = this.#carry.bytes;
    this.#sink.onFrame(frame[1] ?? 0, frame.subarray(FRAME_HEADER_BYTES));
    this.#carry.clear();
    const consumed = this.#parse(chunk, offset, chunk.length);
    if (consumed < chunk.length) this.#carry.append(chunk.subarray(consumed));
  }

  /** Size of the frame at the start of the carry, or of its header while the header is incomplete. */
  #carriedFrameBytes(): number {
    if (this.#carry.length < FRAME_HEADER_BYTES) return FRAME_HEADER_BYTES;
    return FRAME_HEADER_BYTES + (((this.#carry.byteAt(2) ?? 0) << 8) | (this.#carry.byteAt(3) ?? 0));
  }

  #parseCarry(): void {
    const consumed = this.#parse(this.#carry.bytes, 0, this.#carry.length);
    if (consumed >= this.#carry.length) this.#carry.clear();
    else this.#carry.drop(consumed);
  }

  /** @returns the offset of the first byte that must be kept. */
  #parse(bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    while (this.#failure === undefined) {
      const next = this.#parseOne(bytes, offset, end);
      if (next === undefined) return offset;
      offset = next;
    }
    return end;
  }

  /** @returns the offset to continue at, or undefined when more bytes are needed. */
  #parseOne(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (this.#mode.name === 'body') return this.#parseBody(this.#mode, bytes, start, end);
    if (this.#mode.name === 'garbage') return this.#skipGarbage(this.#mode, bytes, start, end);
    if (start >= end) return undefined;
    if (isLineEnd(bytes[start])) return start + 1;
    switch (classifyStart(bytes, start, end)) {
      case 'frame':
        return this.#parseFrame(bytes, start, end);
      case 'response':
      case 'request':
        return this.#parseHead(bytes, start, end);
      case 'undecided':
        return undefined;
      case 'none':
        return this.#enterGarbage(bytes, start, end);
    }
  }

  #parseFrame(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (end - start < FRAME_HEADER_BYTES) return undefined;
    const payloadStart = start + FRAME_HEADER_BYTES;
    const payloadEnd = payloadStart + (((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0));
    if (payloadEnd > end) return undefined;
    this.#sink.onFrame(bytes[start + 1] ?? 0, bytes.subarray(payloadStart, payloadEnd));
    return payloadEnd;
  }

  #parseHead(bytes: Uint8Array, start: number, end: number): number | undefined {
    const headEnd = findBlankLine(bytes, start + Math.max(0, this.#searchedBytes - 3), end);
    if (headEnd === undefined) {
      this.#searchedBytes = end - start;
      const lineEnd = bytes.indexOf(0x0a, start);
      const startLineBytes = (lineEnd < 0 || lineEnd >= end ? end : lineEnd) - start;
      if (startLineBytes > this.#limits.startLineBytes) return this.#enterGarbage(bytes, start, end);
      if (end - start > this.#limits.headerBlockBytes) this.#failure = 'header-limit';
      return undefined;
    }
    this.#searchedBytes = 0;
    if (headEnd.blockEnd - start > this.#limits.headerBlockBytes) {
      this.#failure = 'header-limit';
      return undefined;
    }
    const parsed = parseMessageHead(bytes.subarray(start, headEnd.blockEnd), this.#limits);
    if (parsed.ok) return this.#beginBody(parsed.head, headEnd.next);
    if (parsed.problem === 'bad-start-line') return this.#enterGarbage(bytes, start, end);
    this.#failure = 'header-limit';
    return undefined;
  }

  #beginBody(
    head: { startLine: StartLine; headers: RtspHeaders; skippedLines: number },
    next: number,
  ): number | undefined {
    const { startLine, headers } = head;
    if (head.skippedLines > 0) this.#sink.onFault('header-line-without-colon');
    if (!startLine.version.startsWith('1.')) this.#sink.onFault('unknown-rtsp-version');
    const isDescription = this.expectsDescription && startLine.kind === 'response' && startLine.statusCode === 200;
    const length = bodyLength(headers, isDescription);
    if (length.kind === 'invalid') this.#failure = 'bad-content-length';
    else if (length.kind === 'known' && length.bytes > this.#limits.bodyBytes) this.#failure = 'body-limit';
    else this.#mode = { name: 'body', startLine, headers, bytes: length.kind === 'known' ? length.bytes : undefined };
    if (length.kind === 'unknown') this.#sink.onFault('content-length-missing');
    return next;
  }

  #parseBody(mode: Mode & { name: 'body' }, bytes: Uint8Array, start: number, end: number): number | undefined {
    const bodyEnd = mode.bytes === undefined ? findBodyEnd(bytes, start, end) : start + mode.bytes;
    if (bodyEnd === undefined || bodyEnd > end) {
      if (end - start > this.#limits.bodyBytes) this.#failure = 'body-limit';
      return undefined;
    }
    this.#emit(mode.startLine, mode.headers, new Uint8Array(bytes.subarray(start, bodyEnd)));
    return bodyEnd;
  }

  #emit(startLine: StartLine, headers: RtspHeaders, body: Uint8Array): void {
    this.#mode = { name: 'start' };
    if (startLine.kind === 'response') {
      const { statusCode, reason } = startLine;
      this.#sink.onMessage({ kind: 'response', statusCode, reason, headers, body });
    } else {
      const { method, uri } = startLine;
      this.#sink.onMessage({ kind: 'request', method, uri, headers, body });
    }
  }

  #enterGarbage(bytes: Uint8Array, start: number, end: number): number | undefined {
    const foreign = foreignProtocol(bytes, start, end);
    const oldestMs = this.#resyncTimesMs[0];
    const isFlood = this.#resyncTimesMs.length >= this.#limits.resyncsPerMinute;
    if (foreign !== undefined) this.#failure = foreign;
    else if (isFlood && oldestMs !== undefined && this.#nowMs - oldestMs < 60_000) this.#failure = 'too-many-resyncs';
    if (this.#failure !== undefined) return undefined;

    if (isFlood) this.#resyncTimesMs.shift();
    this.#resyncTimesMs.push(this.#nowMs);
    this.#searchedBytes = 0;
    this.#mode = { name: 'garbage', sinceMs: this.#nowMs, skippedBytes: 1, isAtLineStart: false };
    return start + 1;
  }

  #skipGarbage(mode: Mode & { name: 'garbage' }, bytes: Uint8Array, start: number, end: number): number | undefined {
    const point = findMessage(bytes, start, end, mode.isAtLineStart, this.#channels);
    mode.skippedBytes += point.offset - start;
    if (point.offset > start) mode.isAtLineStart = isLineEnd(bytes[point.offset - 1]);
    if (point.found && mode.skippedBytes <= this.#limits.garbageBytes) {
      this.#mode = { name: 'start' };
      this.#sink.onResync(mode.skippedBytes);
      return point.offset;
    }
    const isOverTime = this.#nowMs - mode.sinceMs > this.#limits.garbageMs;
    if (mode.skippedBytes > this.#limits.garbageBytes || isOverTime) this.#failure = 'garbage-limit';
    return point.offset > start ? point.offset : undefined;
  }
}

/** Finds the blank line after the headers: CRLF or a bare LF. */
function findBlankLine(bytes: Uint8Array, from: number, end: number): { blockEnd: number; next: number } | undefined {
  for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) {
    const isBare = bytes[at + 1] === 0x0a && at + 1 < end;
    if (isBare) return { blockEnd: at, next: at + 2 };
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a && at + 2 < end) return { blockEnd: at, next: at + 3 };
  }
  return undefined;
}

/** Detects the protocol of a wrong port, so that the owner gets a useful message. */
function foreignProtocol(bytes: Uint8Array, start: number, end: number): ParserFailure | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(7, end - start));
  if (head.toString('latin1') === 'HTTP/1.') return 'speaks-http';
  // A TLS alert record, SSL 3.0 to TLS 1.3 (RFC 8446 §5.1).
  return head[0] === 0x15 && head[1] === 0x03 ? 'speaks-tls' : undefined;
}
