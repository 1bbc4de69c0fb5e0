/**
 * `npm run endurance -w e2e -- [joins | reboots] [--minutes 6] [--reboots 50] [--restarts 10]`
 *
 * What is left behind when viewers come and go for minutes, and when cameras restart again and again, in a stack as `npm start` makes
 * it. A witness watches all the time. Prints what each process holds, round by round; fails when viewers, wants or descriptors remain.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { missingGStreamer, startGStreamerServer } from '@oriel/testing';
import { nowMs, PictureWatch } from '../faults/picture-watch.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { describe, type Footprint, footprintOf } from './footprint.ts';
import { letVisit } from './joins.ts';

const ROUNDS = 5;
/** Demand lasts 3 s after the last viewer, a transcoder 10 s more. */
const SETTLE_MS = 15_000;
const RECOVERY_DEADLINE_MS = 60_000;
/** Keep-alive connections and Redis clients come and go by a few. */
const SPARE_DESCRIPTORS = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '6' },
    reboots: { type: 'string', default: '50' },
    restarts: { type: 'string', default: '10' },
  },
});
const isChosen = (name: string) => positionals.length === 0 || positionals.includes(name);
const failures: string[] = [];

if (isChosen('joins')) await joins();
if (isChosen('reboots')) await reboots();
if (isChosen('reboots')) await restartsOfGStreamer();
for (const failure of failures) say(`FAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function joins(): Promise<void> {
  const cameras = await Promise.all(['witness', 'visited'].map(camera));
  const [witnessed = '', ...visited] = cameras.map((_, index) => `camera-${index}`);
  await withStack(
    cameras.map((one) => one.url()),
    async (stack) => {
      const before = await settled(stack, 'before');
      const witness = new PictureWatch(stack.url);
      await witness.watch(witnessed);
      const roundMs = (Number(values.minutes) * 60_000) / ROUNDS;
      for (let round = 1; round <= ROUNDS; round++) {
        const pictures = witness.countOf(witnessed);
        const startMs = nowMs();
        const { counts, failures: failed } = await letVisit(stack, [witnessed, ...visited], roundMs);
        const rate = ((witness.countOf(witnessed) - pictures) * 1_000) / (nowMs() - startMs);
        const visits = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
        say(`round ${round}: ${visits.join(', ')}; the witness saw ${rate.toFixed(1)} frames/s`);
        failures.push(...failed);
        await settled(stack, `after round ${round}`);
      }
      witness.close();
      compare(before, await settled(stack, 'after all'));
    },
  );
  await Promise.all(cameras.map((one) => one.close()));
}

async function reboots(): Promise<void> {
  const cameras = await Promise.all(['rebooting', 'other'].map(camera));
  const [rebooting] = cameras as [RunningCamera];
  await withStack(
    cameras.map((one) => one.url()),
    async (stack) => {
      const witness = new PictureWatch(stack.url);
      for (const index of cameras.keys()) await witness.watch(`camera-${index}`);
      const before = await settled(stack, 'before');
      const times: number[] = [];
      const [others, startMs] = [witness.countOf('camera-1'), nowMs()];
      for (let reboot = 1; reboot <= Number(values.reboots); reboot++) {
        rebooting.faults.reboot(1);
        await pause(1_100);
        times.push(await timeToPicture(witness, 'camera-0', `reboot ${reboot}`));
      }
      const rate = ((witness.countOf('camera-1') - others) * 1_000) / (nowMs() - startMs);
      sayTimes('reboots', times);
      say(`the other camera: ${rate.toFixed(1)} frames/s`);
      const { openConnections, openSessions, sessions } = rebooting.stats();
      say(`the camera has ${openConnections} connections and ${openSessions} sessions open, of ${sessions} in all`);
      if (openConnections !== 1 || openSessions !== 1) failures.push('sessions are left at the camera');
      compare(before, await settled(stack, 'after'));
      witness.close();
    },
  );
  await Promise.all(cameras.map((one) => one.close()));
}

async function restartsOfGStreamer(): Promise<void> {
  const missing = missingGStreamer();
  if (missing !== undefined) return say(`GStreamer: skipped: ${missing}`);
  let server = await startGStreamerServer();
  const { port } = server;
  await withStack([server.url('/h264')], async (stack) => {
    const witness = new PictureWatch(stack.url);
    await witness.watch('camera-0');
    const before = await settled(stack, 'before');
    const times: number[] = [];
    for (let restart = 1; restart <= Number(values.restarts); restart++) {
      await server.stop();
      server = await startGStreamerServer({ port });
      times.push(await timeToPicture(witness, 'camera-0', `restart ${restart}`));
    }
    sayTimes('restarts of GStreamer', times);
    compare(before, await settled(stack, 'after'));
    witness.close();
  });
  await server.stop();
}

/** From now, when the camera answers again. */
async function timeToPicture(witness: PictureWatch, id: string, what: string): Promise<number> {
  const sinceMs = nowMs();
  const picture = await witness.firstSince(id, sinceMs, RECOVERY_DEADLINE_MS);
  if (picture === undefined) failures.push(`${what}: no picture within ${RECOVERY_DEADLINE_MS / 1_000} s`);
  return (picture?.shownAtMs ?? Number.POSITIVE_INFINITY) - sinceMs;
}

function sayTimes(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b).map((ms) => (ms / 1_000).toFixed(2));
  say(`${times.length} ${what}: a picture after ${sorted[sorted.length >> 1]} s (median), ${sorted.at(-1)} s at most`);
}

async function settled(stack: TestStack, when: string): Promise<Footprint> {
  await pause(SETTLE_MS);
  const footprint = await footprintOf(stack);
  say(`${when}: ${describe(footprint)}`);
  return footprint;
}

function compare(before: Footprint, after: Footprint): void {
  for (const name of ['viewers', 'demanding'] as const)
    if (after[name] > before[name]) failures.push(`${name}: ${before[name]} before, ${after[name]} after`);
  for (const [name, count] of Object.entries(after.descriptors))
    if (count > (before.descriptors[name] ?? 0) + SPARE_DESCRIPTORS)
      failures.push(`${name}: ${before.descriptors[name]} descriptors before, ${count} after`);
}

async function withStack(urls: readonly string[], task: (stack: TestStack) => Promise<void>): Promise<void> {
  const entries = urls.map((url, index) => `[[cameras]]\nid = "camera-${index}"\nname = "${index}"\nurl = "${url}"\n`);
  const stack = await startTestStack(entries.join('\n'));
  try {
    await task(stack);
  } finally {
    await stack.stop();
  }
}

function camera(name: string): Promise<RunningCamera> {
  return startCamera({ name, width: 320, height: 240, framerate: 10, gopFrames: 20, bitrateBps: 500_000 });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
