import { parseJsonWith } from '../boards/parse-json-with.ts';
import type { Refusal } from './sharing/hand-over-policy.ts';

/** What two workers tell each other about a hand-over. Hints: any of them may be lost, and the locks in Redis decide. */
export type LeaseMessage = {
  readonly from: string;
  readonly cameraId: string;
  /** Of the holder's lock in an offer, else of the successor. */
  readonly token: string;
} & (
  | {
      readonly type: 'offer';
      readonly costCores: number;
      /** The donor's, with the camera. */
      readonly loadCores: number;
      readonly capacityCores: number;
      readonly isLeaving: boolean;
    }
  | {
      readonly type: 'refuse';
      /** The receiver's; undefined from one of an earlier release. */
      readonly receiver?: Refusal;
    }
  | { readonly type: 'accept' | 'ready' | 'fail' | 'passed' }
);

/** The way to the other workers of the queue. */
export interface LeaseMessages {
  /** May be lost. */
  send(to: string, message: LeaseMessage): void;
}

export function parseLeaseMessage(json: string): LeaseMessage | undefined {
  const message = parseJsonWith<LeaseMessage>(json, ['type', 'from', 'cameraId', 'token']);
  if (message?.type === 'refuse' && !isRefusal(message.receiver)) return { ...message, receiver: undefined };
  if (message?.type !== 'offer') return message;
  const { costCores, loadCores, capacityCores } = message;
  return [costCores, loadCores, capacityCores].every(Number.isFinite) ? message : undefined;
}

function isRefusal(receiver: Refusal | undefined): boolean {
  return Number.isFinite(receiver?.loadCores) && Number(receiver?.capacityCores) > 0;
}
