/** Why bytes read from Redis were refused. Another release may have written them, so they are as foreign as a peer's. */
export interface Fault {
  /** Stable kebab-case word: the metric label and the value tests compare. */
  readonly reason: string;
  /** Byte offset, from the start of the entry, where the rule was broken. */
  readonly offset: number;
  /** Where the rule stands. */
  readonly clause: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export function malformed(reason: string, offset: number): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { reason, offset, clause: 'docs/media-bus.md' } };
}
