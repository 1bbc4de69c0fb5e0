/** What a service needs before it can do its work. */
export interface ReadinessProblem {
  /** The part that is missing, e.g. `redis-control`. */
  readonly name: string;
  /** What is wrong with it, in plain words. */
  readonly message: string;
}

/** Undefined when the part is there, else what is wrong with it. A rejection counts as a problem too. */
export type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

/** Either one function that lists what is missing, or a check per part. */
export type Readiness = (() => Promise<readonly ReadinessProblem[]>) | Readonly<Record<string, ReadinessCheck>>;

/** The state of every part known; a check that does not answer in time is a problem itself. */
export async function readinessOf(readiness: Readiness): Promise<ReadonlyMap<string, string | undefined>> {
  if (typeof readiness === 'function') {
    const problems = await withDeadline(readiness);
    if (typeof problems === 'string') return new Map([['service', problems]]);
    return new Map(problems?.map(({ name, message }) => [name, message]));
  }
  return new Map(
    await Promise.all(
      Object.entries(readiness).map(
        async ([name, check]): Promise<[string, string | undefined]> => [name, await withDeadline(check)],
      ),
    ),
  );
}

const CHECK_DEADLINE_MS = 2000;

/** What the check says, or a text about its failure. */
async function withDeadline<T>(check: () => Promise<T> | T): Promise<T | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`did not answer within ${CHECK_DEADLINE_MS} ms`), CHECK_DEADLINE_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
