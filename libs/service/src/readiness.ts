/** Undefined when the part is there, else what is wrong with it, in plain words. A rejection counts as a problem too. */
export type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

/** By the name of the part, e.g. `redis-control`. */
export type Readiness = Readonly<Record<string, ReadinessCheck>>;

/** The state of every part; a check that does not answer in time is a problem itself. */
export async function readinessOf(readiness: Readiness): Promise<ReadonlyMap<string, string | undefined>> {
  const parts = Object.entries(readiness).map(async ([name, check]) => [name, await withDeadline(check)] as const);
  return new Map(await Promise.all(parts));
}

/** All that is wrong, in one line; undefined when nothing is. */
export async function problemOf(readiness: Readiness): Promise<string | undefined> {
  const problems = [...(await readinessOf(readiness)).values()];
  return problems.filter((problem) => problem !== undefined).join('; ') || undefined;
}

const CHECK_DEADLINE_MS = 2000;

/** What the check says, or a text about its failure. */
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
