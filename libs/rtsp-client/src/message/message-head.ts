/** Parses the lines before the body (RFC 2326 §4.1), leniently enough for every known camera (docs/rtsp-interop.md#messages). */
import type { ParserLimits } from './parser-limits.ts';
import { RtspHeaders } from './rtsp-headers.ts';

export type StartLine =
  | { readonly kind: 'response'; readonly statusCode: number; readonly reason: string; readonly version: string }
  | { readonly kind: 'request'; readonly method: string; readonly uri: string; readonly version: string };

export interface MessageHead {
  readonly startLine: StartLine;
  readonly headers: RtspHeaders;
  /** Number of lines that were neither field nor continuation. */
  readonly skippedLines: number;
}

export type ParsedHead =
  | { readonly ok: true; readonly head: MessageHead }
  | { readonly ok: false; readonly problem: 'bad-start-line' | 'header-limit' };

/** @param block The bytes before the blank line. */
export function parseMessageHead(block: Uint8Array, limits: ParserLimits): ParsedHead {
  // Vendor fields contain bytes above 0x7f. Latin-1 preserves them and never fails.
  const lines = Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1').split('\n');
  const startLine = parseStartLine(lines[0] ?? '');
  if (startLine === undefined) return { ok: false, problem: 'bad-start-line' };

  const headers = new RtspHeaders();
  let skippedLines = 0;
  for (const line of lines.slice(1)) {
    if (line.length > limits.headerLineBytes || headers.count > limits.headerCount)
      return { ok: false, problem: 'header-limit' };
    const isFolded = (line.startsWith(' ') || line.startsWith('\t')) && headers.count > 0;
    const colon = line.indexOf(':');
    if (isFolded) headers.continueLast(trimField(line));
    else if (colon > 0) headers.append(trimField(line.slice(0, colon)), trimField(line.slice(colon + 1)));
    else if (line.trim() !== '') skippedLines++;
  }
  return headers.count > limits.headerCount
    ? { ok: false, problem: 'header-limit' }
    : { ok: true, head: { startLine, headers, skippedLines } };
}

/** The reason phrase is optional, and so is the space before it (gortsplib#807, #1043). */
export function parseStartLine(line: string): StartLine | undefined {
  const text = line.replace(/[\r\0]/g, '').trimEnd();
  const response = /^RTSP\/(\d+\.\d+) +(\d{3})(?: +(.*))?$/.exec(text);
  if (response) {
    const [, version = '', status = '', reason = ''] = response;
    return { kind: 'response', version, statusCode: Number(status), reason };
  }
  const request = /^([A-Z][A-Z_]{2,23}) +(\S+) +RTSP\/(\d+\.\d+)$/.exec(text);
  if (request) {
    const [, method = '', uri = '', version = ''] = request;
    return { kind: 'request', method, uri, version };
  }
  return undefined;
}

function trimField(text: string): string {
  return text.replace(/\0/g, '').trim();
}
