/**
 * `npm run reliability -w bench -- [name …] [--repeat N] [--logs DIR] [--write]`: watches six cameras while parts of the system fail, and says
 * what a viewer saw. Names are those of failures or the beginnings of them; by default all. `--repeat` is for those whose outcome is a matter of
 * chance; `--logs` keeps what the processes write; `--write` puts the tables into docs/reliability.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type FailureGroup, MissingMeans } from './failure.ts';
import { CLOCKS } from './groups/clocks.ts';
import { CRASHES } from './groups/crashes.ts';
import { NETWORK_CUTS } from './groups/network-cuts.ts';
import { PLANNED } from './groups/planned.ts';
import { SCARCE_PROCESSOR } from './groups/scarce-processor.ts';
import { SLOW_REDIS } from './groups/slow-redis.ts';
import { missingRow, type Run, tableHead, tableRow } from './outcome.ts';
import { CAMERA_IDS, FRAMES_PER_SECOND, Scene, WORKERS } from './scene.ts';

const GROUPS: readonly FailureGroup[] = [PLANNED, CRASHES, NETWORK_CUTS, SLOW_REDIS, SCARCE_PROCESSOR, CLOCKS];
const MARKER = /<!-- table -->.*<!-- \/table -->/s;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    logs: { type: 'string' },
  },
});
const repeat = Number(values.repeat);
if (!Number.isSafeInteger(repeat) || repeat < 1) throw new TypeError('--repeat is how often, from 1');

const options = { signal: interruption.signal, ...(values.logs === undefined ? {} : { logDir: values.logs }) };
const tables: string[] = [];
for (const group of GROUPS) {
  const table = await tableOf(group);
  if (table !== undefined) tables.push(`### ${group.title}\n\n${table}`);
}
const content = [...tables, conditions()].join('\n\n');
process.stdout.write(`${content}\n`);
if (values.write) writeTables(content);

async function tableOf(group: FailureGroup): Promise<string | undefined> {
  const failures = group.failures.filter(({ name }) => isWanted(name));
  if (failures.length === 0) return undefined;
  const rows: string[] = [];
  try {
    const { stage, cause } = await group.open();
    try {
      await Scene.play(stage, options, async (scene) => {
        for (const failure of failures) {
          const runs: Run[] = [];
          for (let count = 0; count < (failure.isRepeated ? repeat : 1); count++) {
            runs.push(await scene.observe(failure, () => cause(failure.name, scene.stack)));
          }
          rows.push(tableRow(group, failure.what, runs));
          process.stderr.write(`${failure.name}: ${rows.at(-1)}\n`);
        }
      });
    } finally {
      await stage.close();
    }
  } catch (error) {
    if (!(error instanceof MissingMeans)) throw error;
    rows.push(...failures.map(({ what }) => missingRow(group, what, error.message)));
  }
  return [tableHead(group), ...rows].join('\n');
}

function isWanted(name: string): boolean {
  return positionals.length === 0 || positionals.some((wanted) => name.startsWith(wanted));
}

function conditions(): string {
  return (
    `${CAMERA_IDS.length} cameras at ${FRAMES_PER_SECOND} frames/s, ${WORKERS} ingests, ${WORKERS} transcoders, one gateway; ` +
    `${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)} at the end.`
  );
}

function writeTables(text: string): void {
  const file = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url));
  const before = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    before.replace(MARKER, () => `<!-- table -->\n${text}\n<!-- /table -->`),
  );
}
