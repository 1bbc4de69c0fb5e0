/**
 * `npm run reliability -w bench`: watches six cameras while parts of the system fail, and writes down what a viewer saw.
 * Arguments: names of the failures, by default all of them; `--write` puts the table into docs/reliability.md.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '@oriel/local-stack';
import { until } from '../until.ts';
import { type Continuity, continuityOf } from './continuity.ts';
import { FAILURES, type Failure } from './failures.ts';
import { Watching } from './watching.ts';

const FRAMES_PER_SECOND = 10;
const CAMERA_IDS = ['cam-1', 'cam-2', 'cam-3', 'cam-4', 'cam-5', 'cam-6'];
const WORKERS = 2;
/** Longer than what a busy machine does to single pictures. */
const NOTICED_MS = 500;
/** Before anything fails, so that the cameras are shared out. */
const SETTLING_MS = 6_000;
const MARKER = /<!-- table -->.*<!-- \/table -->/s;

interface Outcome {
  readonly failure: Failure;
  readonly cameras: readonly Continuity[];
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const table = tableOf(await run(names.length === 0 ? FAILURES : FAILURES.filter(({ name }) => names.includes(name))));
process.stdout.write(`${table}\n`);
if (process.argv.includes('--write')) writeTable(table);

async function run(failures: readonly Failure[]): Promise<readonly Outcome[]> {
  const { signal } = interruption;
  const dataDir = mkdtempSync(join(tmpdir(), 'oriel-reliability-'));
  let camera: RunningCamera | undefined;
  let stack: LocalStack | undefined;
  let watching: Watching | undefined;
  try {
    camera = await startCamera({ width: 320, height: 180, framerate: FRAMES_PER_SECOND, gopFrames: FRAMES_PER_SECOND });
    const config = configFor(camera.url());
    stack = await startLocalStack({ config, dataDir, ingests: WORKERS, transcoders: WORKERS, signal });
    watching = new Watching(stack.url, CAMERA_IDS);
    const outcomes: Outcome[] = [];
    for (const failure of failures) {
      outcomes.push({ failure, cameras: await observe(stack, watching, failure) });
      process.stderr.write(`${failure.name}: ${row(outcomes.at(-1) as Outcome)}\n`);
    }
    return outcomes;
  } finally {
    watching?.close();
    await stack?.stop();
    await camera?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function observe(stack: LocalStack, watching: Watching, failure: Failure): Promise<readonly Continuity[]> {
  const { signal } = interruption;
  await stack.ready();
  await everyCameraPlays(watching);
  await delay(SETTLING_MS, undefined, { signal });
  await watching.take();
  await delay(1_000, undefined, { signal });
  const fromMs = performance.now();
  await failure.cause(stack);
  await delay(failure.observedMs, undefined, { signal });
  await everyCameraPlays(watching);
  const toMs = performance.now();
  const seen = await watching.take();
  return CAMERA_IDS.map((id) => continuityOf(seen.get(id) ?? [], fromMs, toMs));
}

async function everyCameraPlays(watching: Watching): Promise<void> {
  const sinceMs = performance.now();
  const what = 'every camera to play';
  await until(async () => watching.fewestSince(CAMERA_IDS, sinceMs) > 5, { what, signal: interruption.signal });
}

function tableOf(outcomes: readonly Outcome[]): string {
  return [
    '| what happens | cameras that lost their picture | longest time without one | frames repeated | frames out of order |',
    '| --- | --- | --- | --- | --- |',
    ...outcomes.map((outcome) => `| ${outcome.failure.what} | ${row(outcome)} |`),
    '',
    `${CAMERA_IDS.length} cameras at ${FRAMES_PER_SECOND} frames/s, ${WORKERS} ingests, ${WORKERS} transcoders, one gateway; ` +
      `${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)} at the end.`,
  ].join('\n');
}

function row({ cameras }: Outcome): string {
  const sum = (of: (camera: Continuity) => number) => cameras.reduce((total, camera) => total + of(camera), 0);
  const longestMs = Math.max(...cameras.map(({ longestGapMs }) => longestGapMs));
  const lost = cameras.filter(({ longestGapMs }) => longestGapMs > NOTICED_MS).length;
  const counts = [sum(({ repeated }) => repeated), sum(({ reordered }) => reordered)];
  return [`${lost} of ${cameras.length}`, `${(longestMs / 1000).toFixed(2)} s`, ...counts].join(' | ');
}

function writeTable(content: string): void {
  const file = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url));
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(MARKER, `<!-- table -->\n${content}\n<!-- /table -->`));
}

function configFor(url: string): LocalStackOptions['config'] {
  return {
    server: { host: '127.0.0.1', port: 0 },
    cameras: CAMERA_IDS.map((id) => ({
      id,
      name: id,
      rtsp: { url, credentials: undefined, transport: 'tcp', reconnectIntervalMs: 5000, bufferSizeBytes: 4_000_000 },
      transcoding: { outputFormat: 'mjpeg', quality: 75, framerate: 30, maxLatencyMs: 200 },
    })),
    auth: 'none',
    redis: { controlUrl: '', mediaUrl: '' },
    transcoder: { engine: 'libav', maxCameras: 100 },
    ingest: { maxCameras: 100 },
    health: { host: '127.0.0.1', port: 0 },
  };
}
