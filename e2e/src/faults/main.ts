/**
 * `npm run faults -w e2e -- [--cycles 25] [--pause 31] [--write]`
 *
 * One camera for each kind of fault, and two that nothing happens to, in a stack as `npm start` makes it, watched by one viewer.
 * Each camera suffers its fault again and again, all at the same time, and nobody touches anything. What counts is how long
 * after the camera could be shown again its picture is there, and what the others noticed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { startTestStack } from '../support/stack.ts';
import { CAMERA_FAULTS, type CameraFault } from './camera-faults.ts';
import { nowMs, PictureWatch } from './picture-watch.ts';
import { type FaultResult, type Report, reportTable } from './report.ts';

const RECOVERY_DEADLINE_MS = 60_000;
const FRAMERATE = 10;
const DOCUMENT = 'docs/reliability-camera.md';

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '25' },
    // Longer than a session must last before the next wait is the first again.
    pause: { type: 'string', default: '31' },
    write: { type: 'boolean', default: false },
  },
});
const cycles = Number(values.cycles);
const pauseMs = Number(values.pause) * 1_000;

const startedAtMs = performance.now();
const victims = await Promise.all(CAMERA_FAULTS.map((_, index) => camera(`victim ${index + 1}`)));
const others = await Promise.all(['other 1', 'other 2'].map(camera));
const entry = (id: string, { url }: RunningCamera) => `[[cameras]]\nid = "${id}"\nname = "${id}"\nurl = "${url()}"\n`;
const stack = await startTestStack(
  [
    ...victims.map((one, index) => entry(`victim-${index}`, one)),
    ...others.map((one, index) => entry(`other-${index}`, one)),
  ].join('\n'),
);
const watch = new PictureWatch(stack.url);
try {
  for (const index of victims.keys()) await watch.watch(`victim-${index}`);
  for (const index of others.keys()) await watch.watch(`other-${index}`);
  const meter = meterOf(others.map((_, index) => `other-${index}`));
  const faults = await Promise.all(
    CAMERA_FAULTS.map((fault, index) => suffer(fault, `victim-${index}`, victims[index] as RunningCamera, index)),
  );
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cores: availableParallelism(),
    load: loadavg()[0] ?? Number.NaN,
    cycles,
    pauseS: pauseMs / 1_000,
    minutes: (performance.now() - startedAtMs) / 60_000,
    faults,
    others: meter.stop(),
    cameraFramerate: FRAMERATE,
  };
  const table = reportTable(report);
  process.stdout.write(`${table}\n`);
  if (values.write) keep(table);
  process.exitCode = faults.every(({ timesMs }) => timesMs.length === cycles) ? 0 : 1;
} finally {
  watch.close();
  await stack.stop();
  await Promise.all([...victims, ...others].map((one) => one.close()));
}

function camera(name: string): Promise<RunningCamera> {
  return startCamera({ name, width: 320, height: 240, framerate: FRAMERATE, gopFrames: 20, bitrateBps: 500_000 });
}

async function suffer(fault: CameraFault, id: string, victim: RunningCamera, index: number): Promise<FaultResult> {
  const timesMs: number[] = [];
  // Not all in step.
  await pause((pauseMs * index) / CAMERA_FAULTS.length);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const readyAtMs = await fault.happen(victim);
    const picture = await watch.firstSince(id, nowMs(), RECOVERY_DEADLINE_MS);
    if (picture !== undefined) timesMs.push(picture.shownAtMs - readyAtMs);
    process.stderr.write(`${id} ${fault.name}: ${picture ? Math.round(picture.shownAtMs - readyAtMs) : 'not'} ms\n`);
    await pause(pauseMs);
  }
  return { name: fault.name, readyWhen: fault.readyWhen, timesMs };
}

/** Pictures of each second. */
function meterOf(ids: readonly string[]) {
  const total = () => ids.reduce((sum, id) => sum + watch.countOf(id), 0);
  const perSecond: number[] = [];
  let last = total();
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const [now, count] = [performance.now(), total()];
    perSecond.push(((count - last) * 1_000) / (now - lastMs) / ids.length);
    [last, lastMs] = [count, now];
  }, 1_000);
  return {
    stop: () => {
      clearInterval(timer);
      return perSecond;
    },
  };
}

/** Between the marks of the document, the rest stays. */
function keep(table: string): void {
  const file = new URL(`../../../${DOCUMENT}`, import.meta.url);
  const [head = '', , tail = ''] = readFileSync(file, 'utf8').split(/^<!-- result -->$/m);
  writeFileSync(file, `${head}<!-- result -->\n\n${table}\n\n<!-- result -->${tail}`);
}
