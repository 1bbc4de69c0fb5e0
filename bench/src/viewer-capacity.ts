/** How many viewers one gateway process holds: more and more of them, until it has no time left or frames are sent late. */
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { CrowdCount, CrowdMethods } from './children/crowd-process.ts';
import { RemoteProcess } from './children/remote-process.ts';
import { type Distribution, distributionOf } from './measure/distribution.ts';
import { loadOfMachine } from './measure/machine.ts';
import { takeSnapshot, usageBetween } from './measure/process-usage.ts';
import { CAMERA_ID, FRAMES_PER_SECOND, type RunningOriel, SIZE_720P, withOriel } from './running-oriel.ts';

export interface ViewerCapacityOptions {
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface ViewerCapacityResult {
  readonly steps: readonly ViewerStep[];
  /** The last step within all limits. */
  readonly held: ViewerStep | undefined;
  /** At what a viewer of that step costs: how many would take the gateway to its limit, had the machine enough cores. */
  readonly viewersPerGatewayCore: number | undefined;
  readonly stoppedBy: Limit;
}

export interface ViewerStep {
  readonly viewers: number;
  readonly gatewayCores: number;
  readonly megabitsPerSecond: number;
  readonly framesPerSecondEach: number;
  readonly skippedShare: number;
  readonly meanJpegBytes: number;
  /** From the arrival of a frame's last packet at ingest to its hand-over to the socket. */
  readonly sendAgeMs: Distribution;
  /** What the viewers themselves take, and all processes of the machine: with no core left, the gateway is not what limits. */
  readonly viewerCores: number;
  readonly machineCores: number;
  readonly load: number;
}

export type Limit =
  | 'gateway CPU'
  | 'send age'
  | 'frames skipped'
  | 'no core left on this machine'
  | 'number of viewers';

const MAX_GATEWAY_CORES = 0.9;
const MAX_SEND_AGE_P95_MS = 100;
const MAX_SKIPPED_SHARE = 0.05;
/** Below this share of the camera's rate, pictures are late or missing before they reach the gateway. */
const MIN_FRAME_SHARE = 0.9;
/** Of all cores: what is left is nobody's in particular. */
const MACHINE_FULL_SHARE = 0.95;
const MAX_VIEWERS = 1000;
const CROWDS = 2;
const SETTLE_MS = 1500;

export function measureViewerCapacity(options: ViewerCapacityOptions): Promise<ViewerCapacityResult> {
  return withOriel({ size: SIZE_720P, noise: false, signal: options.signal }, async (oriel) => {
    const crowds = Array.from(
      { length: CROWDS },
      () => new RemoteProcess<CrowdMethods>('crowd-process', options.signal),
    );
    try {
      return await ramp(oriel, crowds, options);
    } finally {
      await Promise.all(crowds.map((crowd) => crowd.end()));
    }
  });
}

async function ramp(
  oriel: RunningOriel,
  crowds: readonly RemoteProcess<CrowdMethods>[],
  { quick, signal, say }: ViewerCapacityOptions,
): Promise<ViewerCapacityResult> {
  const steps: ViewerStep[] = [];
  const addedEach = quick ? 20 : 8;
  const countMs = quick ? 2000 : 5000;
  for (let viewers = addedEach * CROWDS; ; viewers += addedEach * CROWDS) {
    await Promise.all(crowds.map((crowd) => crowd.call('add', oriel.url, { camera: CAMERA_ID }, addedEach)));
    await delay(SETTLE_MS, undefined, { signal });
    const step = await takeStep(oriel, crowds, { viewers, countMs, signal });
    const { gatewayCores, megabitsPerSecond, sendAgeMs } = step;
    say(
      `${viewers} viewers: gateway ${gatewayCores.toFixed(2)} cores, ${megabitsPerSecond.toFixed(0)} Mbit/s, ` +
        `sent after ${sendAgeMs.p50.toFixed(0)} ms, p95 ${sendAgeMs.p95.toFixed(0)} ms`,
    );
    const stoppedBy = limitReached(step);
    if (stoppedBy !== undefined) {
      const held = steps.at(-1);
      const viewersPerGatewayCore = held && Math.round((held.viewers / held.gatewayCores) * MAX_GATEWAY_CORES);
      return { steps: [...steps, step], held, viewersPerGatewayCore, stoppedBy };
    }
    steps.push(step);
  }
}

async function takeStep(
  oriel: RunningOriel,
  crowds: readonly RemoteProcess<CrowdMethods>[],
  { viewers, countMs, signal }: { readonly viewers: number; readonly countMs: number; readonly signal: AbortSignal },
): Promise<ViewerStep> {
  const pids = new Map([...oriel.pids(), ...crowds.map(({ pid }, index) => [`crowd-${index + 1}`, pid] as const)]);
  const before = takeSnapshot(pids);
  await Promise.all(crowds.map((crowd) => crowd.call('startCounting')));
  await delay(countMs, undefined, { signal });
  const counts = await Promise.all(crowds.map((crowd) => crowd.call('stopCounting')));
  const after = takeSnapshot(pids);
  const { cores, machineCores } = usageBetween(before, after);
  const seconds = (after.atMs - before.atMs) / 1000;
  const total = (of: (count: CrowdCount) => number) => counts.reduce((sum, count) => sum + of(count), 0);
  const frames = total((count) => count.frames);
  const bytes = total((count) => count.bytes);
  const skipped = total((count) => count.skipped);
  return {
    viewers,
    gatewayCores: cores['gateway-1'] ?? Number.NaN,
    megabitsPerSecond: (bytes * 8) / seconds / 1e6,
    framesPerSecondEach: frames / seconds / viewers,
    skippedShare: skipped / (frames + skipped),
    meanJpegBytes: bytes / frames,
    sendAgeMs: distributionOf(counts.flatMap(({ sendAgesMs }) => [...sendAgesMs])),
    viewerCores: crowds.reduce((sum, _, index) => sum + (cores[`crowd-${index + 1}`] ?? 0), 0),
    machineCores,
    load: loadOfMachine(),
  };
}

function limitReached(step: ViewerStep): Limit | undefined {
  if (step.gatewayCores >= MAX_GATEWAY_CORES) return 'gateway CPU';
  const lacksFrames = step.framesPerSecondEach < MIN_FRAME_SHARE * FRAMES_PER_SECOND;
  const isLate = !(step.sendAgeMs.p95 <= MAX_SEND_AGE_P95_MS);
  const isMachineFull = step.machineCores > MACHINE_FULL_SHARE * availableParallelism();
  if ((lacksFrames || isLate) && isMachineFull) return 'no core left on this machine';
  if (isLate) return 'send age';
  if (step.skippedShare > MAX_SKIPPED_SHARE) return 'frames skipped';
  return step.viewers >= MAX_VIEWERS ? 'number of viewers' : undefined;
}
