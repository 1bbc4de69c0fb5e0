/** `npm run bench`: measures the product as a whole on this machine. */
import { StackError } from '@oriel/local-stack';
import { type FirstPictureResult, measureFirstPicture } from './first-picture.ts';
import { measureFrameAge } from './frame-age/measure-frame-age.ts';
import type { FrameAgeResult } from './frame-age/result.ts';
import { describeCommit, describeMachine, loadOfMachine } from './measure/machine.ts';
import { type BenchOptions, HELP, parseBenchOptions } from './options.ts';
import { report } from './report/report.ts';
import { type BenchResults, writeResults } from './results.ts';
import { SIZE_720P, SIZE_1080P } from './running-oriel.ts';
import { measureViewerCapacity } from './viewer-capacity.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As shells have it: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/** What the transcoder has to catch up with is longest, and dearest, in the last one. */
const FIRST_PICTURES = [
  { gopSeconds: 1, noise: false },
  { gopSeconds: 4, noise: false },
  { gopSeconds: 10, noise: false },
  { gopSeconds: 10, noise: true },
];

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
const startedAtMs = performance.now();

process.exitCode = await main();

/** The exit code. */
async function main(): Promise<number> {
  let options: BenchOptions | undefined;
  try {
    options = parseBenchOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
    return EXIT_USAGE;
  }
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    const results = await measure(options, interruption.signal);
    process.stdout.write(report(results));
    say(`written to ${writeResults(results, options.output)}`);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) return EXIT_INTERRUPTED;
    if (!(error instanceof StackError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT_FAILED;
  }
}

async function measure(options: BenchOptions, signal: AbortSignal): Promise<BenchResults> {
  const { output: _, go2rtc, ...kept } = options;
  const { parts, seconds, turns, tries, noise, quick } = options;
  const startedAt = new Date().toISOString();
  const loadBefore = loadOfMachine();
  const [machine, commit] = await Promise.all([describeMachine(), describeCommit()]);

  const frameAge: FrameAgeResult[] = [];
  if (parts.includes('age')) {
    for (const size of [SIZE_720P, SIZE_1080P]) {
      say(`frame age at ${size.name}, ${seconds} s each of Oriel and of the others …`);
      frameAge.push(await measureFrameAge({ size, noise, seconds, turns, go2rtc, signal, say }));
    }
  }
  const firstPicture: FirstPictureResult[] = [];
  if (parts.includes('first-picture')) {
    for (const camera of FIRST_PICTURES) {
      say(`first picture at a GOP of ${camera.gopSeconds} s, each try after the transcoder has let the camera go …`);
      firstPicture.push(await measureFirstPicture({ ...camera, tries, signal, say }));
    }
  }
  const viewers = parts.includes('viewers') ? await viewerCapacity(quick, signal) : undefined;
  return {
    startedAt,
    endedAt: new Date().toISOString(),
    commit,
    machine,
    options: kept,
    loadBefore,
    ...(frameAge.length === 0 ? {} : { frameAge }),
    ...(firstPicture.length === 0 ? {} : { firstPicture }),
    ...(viewers === undefined ? {} : { viewers }),
  };
}

function viewerCapacity(quick: boolean, signal: AbortSignal) {
  say('viewers of one gateway …');
  return measureViewerCapacity({ quick, signal, say });
}

/** Progress: apart from the result, which is on standard output. */
function say(line: string): void {
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  process.stderr.write(
    `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${line}\n`,
  );
}
