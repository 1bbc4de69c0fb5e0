/** One process of the stack as others see it. */
import type { ServicePlan } from './service-plan.ts';
import type { SupervisedProcess } from './supervised-process.ts';

export interface StackProcess {
  /** `redis-control`, `redis-media`, `camera`, `ingest-1`, `transcoder-1`, `gateway-1`, … */
  readonly name: string;
  /** Changes with each restart; undefined in between. */
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Address of `/health/ready` and `/metrics`; undefined for Redis and the camera. */
  readonly healthUrl: string | undefined;
  /** The last lines it wrote. */
  readonly logs: readonly string[];
  /** Undefined if it does its work, else what is missing. */
  problem(): Promise<string | undefined>;
  /** The process is restarted afterwards. */
  kill(signal?: NodeJS.Signals): void;
}

export function viewOf(process: SupervisedProcess, plan: ServicePlan | undefined): StackProcess {
  return {
    name: process.name,
    get pid() {
      return process.pid;
    },
    get restarts() {
      return process.restarts;
    },
    get healthUrl() {
      return plan?.url;
    },
    get logs() {
      return process.logs;
    },
    problem: () => process.problem(),
    kill: (signal = 'SIGKILL') => process.kill(signal),
  };
}

/** The problem, and the last lines of the log. */
export function failureOf(process: SupervisedProcess, problem: string): string {
  const tail = process.logs.slice(-LOG_TAIL_LINES).map((line) => `  ${line}`);
  return [`${process.name} does not get ready: ${problem}`, ...tail].join('\n');
}

const LOG_TAIL_LINES = 12;
