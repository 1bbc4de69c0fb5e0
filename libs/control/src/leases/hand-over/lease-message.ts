import { parseJsonWith } from '../../redis/parse-json-with.ts';

/** What two workers tell each other about a hand-over. Hints: any of them may be lost, and the locks in Redis decide. */
export type LeaseMessage = {
  readonly from: string;
  readonly cameraId: string;
  /** Of the holder's lock in an offer, else of the successor. */
  readonly token: string;
} & (
  | {
      readonly type: 'offer';
      readonly cost: number;
      /** The donor's, with the camera. */
      readonly load: number;
      readonly capacity: number;
      readonly isLeaving: boolean;
    }
  | { readonly type: 'accept' | 'refuse' | 'ready' | 'fail' | 'passed' }
);

/** The way to the other workers of the queue. */
export interface LeaseMessages {
  /** May be lost. */
  send(to: string, message: LeaseMessage): void;
}

export function parseLeaseMessage(json: string): LeaseMessage | undefined {
  const message = parseJsonWith<LeaseMessage>(json, ['type', 'from', 'cameraId', 'token']);
  if (message?.type !== 'offer') return message;
  const { cost, load, capacity } = message;
  return [cost, load, capacity].every(Number.isFinite) ? message : undefined;
}
