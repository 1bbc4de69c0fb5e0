/** Why bytes from a peer, or from another release, were refused. Carries what a person needs to find the bytes in a capture. */
export interface Fault {
  /** Stable kebab-case word: the metric label and the value tests compare. */
  readonly reason: string;
  /** Byte offset, from the start of the parsed buffer, where the rule was broken. */
  readonly offset: number;
  /** Where the rule stands, for example `RFC 3550 §5.1`. */
  readonly clause: string;
}

/** What a parser of foreign bytes returns. It never throws, because bad bytes are ordinary on a camera network. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** A refusal, to be returned from a parser. */
export function malformed(
  reason: string,
  offset: number,
  clause: string,
): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { reason, offset, clause } };
}
