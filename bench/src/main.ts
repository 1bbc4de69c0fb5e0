/** `npm run bench`: measures the product as a whole on this machine. */
import { type RunContext, runBenchProgram } from './bench-program.ts';
import { type FirstPictureResult, measureFirstPicture } from './first-picture.ts';
import { measureFrameAge } from './frame-age/measure-frame-age.ts';
import type { FrameAgeResult } from './frame-age/result.ts';
import { type IdleCostResult, measureIdleCost } from './idle-cost.ts';
import { describeCommit, describeMachine, loadOfMachine } from './measure/machine.ts';
import { type BenchOptions, HELP, parseBenchOptions } from './options.ts';
import { report } from './report/report.ts';
import { type BenchResults, writeResults } from './results.ts';
import { SIZE_720P, SIZE_1080P } from './running-oriel.ts';
import { measureViewerCapacity } from './viewer-capacity.ts';

/** What the transcoder has to catch up with is longest, and dearest, in the last one. */
const FIRST_PICTURES = [
  { gopSeconds: 1, noise: false },
  { gopSeconds: 4, noise: false },
  { gopSeconds: 10, noise: false },
  { gopSeconds: 10, noise: true },
];

/** One says what the processes take by themselves, many what a camera adds. */
const IDLE_CAMERAS = [1, 10];

process.exitCode = await runBenchProgram({
  help: HELP,
  parse: parseBenchOptions,
  run: async (options, context) => {
    const results = await measure(options, context);
    process.stdout.write(report(results));
    context.say(`written to ${writeResults(results, options.output)}`);
  },
});

async function measure(options: BenchOptions, { signal, say }: RunContext): Promise<BenchResults> {
  const { output: _, go2rtc, camera: cameraUrl, ...kept } = options;
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
  const idle: IdleCostResult[] = [];
  if (parts.includes('idle')) {
    for (const cameras of IDLE_CAMERAS) {
      say(`${cameras} cameras that nobody watches …`);
      idle.push(await measureIdleCost({ cameras, cameraUrl, seconds, turns, signal, say }));
    }
  }
  const viewers = parts.includes('viewers') ? await viewerCapacity(quick, { signal, say }) : undefined;
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
    ...(idle.length === 0 ? {} : { idle }),
  };
}

function viewerCapacity(quick: boolean, { signal, say }: RunContext) {
  say('viewers of one gateway …');
  return measureViewerCapacity({ quick, signal, say });
}
