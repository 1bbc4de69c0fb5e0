/** What a caller may want to show or log; none of them ends a stream. */
export type ReceiverEvent =
  | { readonly type: 'parameters-changed'; readonly width: number; readonly height: number }
  /** A tolerated deviation of the sender, reported once per kind and receiver. */
  | { readonly type: 'deviation'; readonly reason: string; readonly message: string };
