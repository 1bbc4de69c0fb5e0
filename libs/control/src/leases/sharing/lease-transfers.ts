import { missingCoresOf, type Situation, takesCameras, type WorkerLoad } from './lease-load.ts';

export interface Transfer {
  readonly receiver: WorkerLoad;
  readonly amountCores: number;
}

/**
 * This worker's part of the transfers that would bring all to the same relative load. From the same board, every worker computes
 * the same ones: donors and receivers are laid side by side, largest first.
 */
export function transfersOf(situation: Situation): readonly Transfer[] {
  const { self, others } = situation;
  const missing = missingCoresOf(situation);
  const surplusOf = (worker: WorkerLoad) => -missing(worker);
  if (surplusOf(self) <= 0 && !self.isLeaving) return [];
  const byAmount = (a: WorkerLoad, b: WorkerLoad) =>
    Math.abs(surplusOf(b)) - Math.abs(surplusOf(a)) || (a.id < b.id ? -1 : 1);
  const donors = [self, ...others].filter((worker) => surplusOf(worker) > 0 || worker.isLeaving).sort(byAmount);
  const receivers = others.filter((worker) => takesCameras(worker) && surplusOf(worker) < 0).sort(byAmount);
  if (receivers.length === 0) return [];
  const sum = (workers: readonly WorkerLoad[]) => workers.reduce((total, worker) => total + surplusOf(worker), 0);

  // Receivers without room are left out: what they miss is shared by the others.
  const scale = -sum(receivers) / sum(donors);
  const start = sum(donors.slice(0, donors.indexOf(self))) * scale;
  const end = start + surplusOf(self) * scale;
  const transfers: Transfer[] = [];
  let receiverStart = 0;
  for (const receiver of receivers) {
    const receiverEnd = receiverStart - surplusOf(receiver);
    const amountCores = Math.min(end, receiverEnd) - Math.max(start, receiverStart);
    if (amountCores > 0) transfers.push({ receiver, amountCores: amountCores / Math.min(1, scale) });
    receiverStart = receiverEnd;
  }
  return transfers;
}
