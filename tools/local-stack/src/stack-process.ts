/** One process of the stack as others see it. */
import type { ServicePlan } from './service-plan.ts';
import type { SupervisedProcess } from './supervised-process.ts';

export interface StackProcess {
  /** `redis-control`, `redis-media`, `camera`, `ingest-1`, `transcoder-1`, `gateway-1`, … */
  readonly name: string;
  /** Changes when it is started again; undefined in between. */
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Where `/health/ready` and `/metrics` answer; undefined for Redis and the camera. */
  readonly healthUrl: string | undefined;
  /** The last lines it wrote. */
  readonly logs: readonly string[];
  /** Undefined when it does its work, else what is missing. */
  problem(): Promise<string | undefined>;
  /** It is started again afterwards. */
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

/** What is missing, and its last lines. */
export function failureOf(process: SupervisedProcess, problem: string): string {
  const tail = process.logs.slice(-LOG_TAIL_LINES).map((line) => `  ${line}`);
  return [`${process.name} does not get ready: ${problem}`, ...tail].join('\n');
}

const LOG_TAIL_LINES = 12;
