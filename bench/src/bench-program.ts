/** What each program of the bench has around what it measures: options, an end in order on Ctrl-C, exit codes, progress. */
import { StackError } from '@oriel/local-stack';

export interface BenchProgram<Options> {
  readonly help: string;
  /** Undefined when help is wanted. @throws Error with a sentence for who typed it */
  readonly parse: (args: readonly string[]) => Options | undefined;
  readonly run: (options: Options, context: RunContext) => Promise<void>;
}

export interface RunContext {
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Progress, apart from the result, which is on standard output. */
  readonly say: (line: string) => void;
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As shells have it: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/** @returns the exit code */
export async function runBenchProgram<Options>({ help, parse, run }: BenchProgram<Options>): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
  let options: Options | undefined;
  try {
    options = parse(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
    return EXIT_USAGE;
  }
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  try {
    await run(options, { signal: interruption.signal, say: sayWithTime() });
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) return EXIT_INTERRUPTED;
    if (!(error instanceof StackError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT_FAILED;
  }
}

function sayWithTime(): (line: string) => void {
  const startedAtMs = performance.now();
  return (line) => {
    const seconds = Math.round((performance.now() - startedAtMs) / 1000);
    const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60].map(String) as [string, string];
    process.stderr.write(`${minutes.padStart(3)}:${rest.padStart(2, '0')}  ${line}\n`);
  };
}
