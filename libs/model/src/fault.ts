/**
 * Why bytes from a peer, or from another release, were refused. Contains what a person needs to find the bytes in a
 * capture.
 */
export interface Fault {
  /** Stable kebab-case word, used as the metric label and compared in tests. */
  readonly reason: string;
  /** Byte offset from the start of the parsed buffer at which the rule was broken. */
  readonly offset: number;
  /** Source of the rule, for example `RFC 3550 §5.1`. */
  readonly clause: string;
}

/** Result of parsing foreign bytes. Parsers never throw, because bad bytes are ordinary on a camera network. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** A refusal for a parser to return. */
export function malformed(
  reason: string,
  offset: number,
  clause: string,
): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { reason, offset, clause } };
}
