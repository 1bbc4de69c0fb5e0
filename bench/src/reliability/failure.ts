/** What can happen to a running system, and the surroundings that it needs for it. */
import type { LocalStack, LocalStackOptions } from '@oriel/local-stack';

/** What is around a stack: other networks, clocks, lines to Redis. */
export interface Stage {
  /** Beside the loopback interface; see the stack's options. */
  readonly redisHost?: string;
  /** Where the cameras listen. */
  readonly cameraHost?: string;
  readonly launch?: LocalStackOptions['launch'];
  close(): Promise<void>;
}

export interface Failure<S extends Stage = Stage> {
  readonly name: string;
  /** What happens, for the reader of the table. */
  readonly what: string;
  readonly cause: (stack: LocalStack, stage: S) => Promise<void>;
  /** How long after it the cameras are looked at. */
  readonly observedMs: number;
  /** It is a matter of chance how bad it gets: done as often as `--repeat` says. */
  readonly isRepeated?: boolean;
  /** Of a row about clocks: for so long after a change, the age of pictures may be shown wrong. */
  readonly ageSettlesMs?: number;
}

/** Failures of one kind, in a stack of their own: one table. */
export interface FailureGroup {
  readonly title: string;
  readonly failures: readonly Pick<Failure, 'name' | 'what' | 'observedMs' | 'isRepeated' | 'ageSettlesMs'>[];
  /** How old pictures were, and how right their age was shown, is of interest. */
  readonly isAboutAge: boolean;
  /** @throws MissingMeans when this machine cannot do it */
  open(): Promise<{ readonly stage: Stage; cause(name: string, stack: LocalStack): Promise<void> }>;
}

/** Why a group cannot be run on this machine, in words for the table. */
export class MissingMeans extends Error {
  override readonly name = 'MissingMeans';
}

export function failureGroup<S extends Stage>(group: {
  readonly title: string;
  readonly isAboutAge?: boolean;
  readonly open: () => Promise<S>;
  readonly failures: readonly Failure<S>[];
}): FailureGroup {
  return {
    title: group.title,
    failures: group.failures,
    isAboutAge: group.isAboutAge ?? false,
    open: async () => {
      const stage = await group.open();
      return {
        stage,
        cause: async (name, stack) => group.failures.find((failure) => failure.name === name)?.cause(stack, stage),
      };
    },
  };
}

/** Nothing special. */
export async function plainStage(): Promise<Stage> {
  return { close: async () => undefined };
}
