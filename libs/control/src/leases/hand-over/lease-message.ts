import { parseJsonWith } from '../../redis/parse-json-with.ts';

/** Message between donor and receiver of a hand-over. Only a hint: any message may be lost, and the locks in Redis decide. */
export type LeaseMessage = {
  readonly from: string;
  readonly cameraId: string;
  /** Token of the holder in `offer` and `refuse`, of the successor in all others. */
  readonly token: string;
} & (
  | {
      readonly type: 'offer';
      readonly cost: number;
      /** Load of the donor, including the camera. */
      readonly load: number;
      readonly capacity: number;
      readonly isLeaving: boolean;
    }
  | { readonly type: 'accept' | 'refuse' | 'ready' | 'fail' | 'passed' }
);

/** Sends messages to the other workers of the queue. */
export interface LeaseMessages {
  /** Best effort: the message may be lost. */
  send(to: string, message: LeaseMessage): void;
}

export function parseLeaseMessage(json: string): LeaseMessage | undefined {
  const message = parseJsonWith<LeaseMessage>(json, ['type', 'from', 'cameraId', 'token']);
  if (message?.type !== 'offer') return message;
  const { cost, load, capacity } = message;
  return [cost, load, capacity].every(Number.isFinite) ? message : undefined;
}
