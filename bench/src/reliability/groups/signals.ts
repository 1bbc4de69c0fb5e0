import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';

export const kill = (process: string, signal: NodeJS.Signals) => async (stack: LocalStack) => {
  stack.process(process).kill(signal);
};

export const pause = (process: string, pauseMs: number) => async (stack: LocalStack) => {
  stack.process(process).kill('SIGSTOP');
  await delay(pauseMs);
  stack.process(process).kill('SIGCONT');
};

/** In order; resolves when it is back and does its work. */
export async function restart(stack: LocalStack, name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const process = stack.process(name);
  const { restarts } = process;
  process.kill(signal);
  while (process.restarts === restarts) await delay(20);
  await stack.ready();
}
