/** Undefined if the part works, else what is wrong with it in plain words. A rejection counts as a problem. */
export type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

/** Checks by the name of the part, e.g. `redis-control`. */
export type Readiness = Readonly<Record<string, ReadinessCheck>>;

/** The problem of every part, undefined if it has none. A check that does not answer in time is a problem. */
export async function readinessOf(readiness: Readiness): Promise<ReadonlyMap<string, string | undefined>> {
  const parts = Object.entries(readiness).map(async ([name, check]) => [name, await withDeadline(check)] as const);
  return new Map(await Promise.all(parts));
}

/** All problems in one line; undefined if there are none. */
export async function problemOf(readiness: Readiness): Promise<string | undefined> {
  const problems = [...(await readinessOf(readiness)).values()];
  return problems.filter((problem) => problem !== undefined).join('; ') || undefined;
}

const CHECK_DEADLINE_MS = 2000;

/** The result of the check, or a description of its failure. */
async function withDeadline(check: ReadinessCheck): Promise<string | undefined> {
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
