/** `npm run bench:scale`: what more processes, more cameras and lost processes cost. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runBenchProgram } from '../bench-program.ts';
import { describeCommit, describeMachine, loadOfMachine } from '../measure/machine.ts';
import { writeJson } from '../results.ts';
import { camerasOfControlRedis, type Demand, type Picture, plan } from './arithmetic.ts';
import type { Context } from './context.ts';
import { measureControlLoad } from './control-load.ts';
import { measureCost } from './cost.ts';
import { measureFailovers } from './failover.ts';
import { measureHandOvers } from './hand-over.ts';
import { measureLeaseLoad } from './lease-load.ts';
import { HELP, parseScaleOptions, type ScaleOptions } from './options.ts';
import { controlTable, planTable, unitsTable } from './price-tables.ts';
import type { ScaleResults } from './results.ts';
import { asMarkdown, forTerminal, putBetweenMarkers, type ScaleTable } from './scale-table.ts';
import { simulate } from './simulation.ts';
import { costTable, failoverTable, handOverTable, simulationTable } from './tables.ts';
import type { Turn } from './turn.ts';
import { unitCosts } from './units.ts';

const PAGE = fileURLToPath(new URL('../../../docs/scaling.md', import.meta.url));

const DEMANDS: readonly Demand[] = [
  { cameras: 10, watched: 10, shown: 20 },
  { cameras: 1_000, watched: 200, shown: 400 },
  { cameras: 100_000, watched: 10_000, shown: 20_000 },
];
const PICTURE: Picture = { megapixels: 0.9216, framesPerSecond: 25, megabitsPerSecond: 4, bufferSizeBytes: 8_192_000 };

process.exitCode = await runBenchProgram({
  help: HELP,
  parse: parseScaleOptions,
  run: async (options, { signal, say }) => {
    const results = await measure(options, { quick: options.quick, signal, say });
    const tables = tablesOf(results);
    process.stdout.write(`\n${tables.map(forTerminal).join('\n\n')}\n`);
    say(`written to ${writeJson(results, options.output ?? defaultFile(results))}`);
    if (options.write) writeTables(tables);
  },
});

async function measure({ parts, quick }: ScaleOptions, context: Context): Promise<ScaleResults> {
  const startedAt = new Date().toISOString();
  const loadBefore = loadOfMachine();
  const [machine, commit] = await Promise.all([describeMachine(), describeCommit()]);
  const run = <T>(part: (typeof parts)[number], of: (context: Context) => Promise<T>) =>
    parts.includes(part) ? of(context) : undefined;
  const cost = await run('cost', measureCost);
  const control = await run('control', measureControlLoad);
  const leaseLoad = await run('control', measureLeaseLoad);
  const handOvers = await run('hand-over', measureHandOvers);
  const failovers = await run('failover', measureFailovers);
  const simulation = await run('simulation', simulate);
  const units = cost && control && leaseLoad && unitCosts(turnsOf({ cost, control }), leaseLoad);
  const plans = units && DEMANDS.map((demand) => plan(demand, PICTURE, units));
  return {
    startedAt,
    endedAt: new Date().toISOString(),
    commit,
    machine,
    options: { parts, quick },
    loadBefore,
    ...(cost && { cost }),
    ...(control && { control }),
    ...(leaseLoad && { leaseLoad }),
    ...(units && { units }),
    ...(plans && { plans }),
    ...(handOvers && { handOvers }),
    ...(failovers && { failovers }),
    ...(simulation && { simulation }),
  };
}

function turnsOf({ cost, control }: Pick<ScaleResults, 'cost' | 'control'>): readonly Turn[] {
  return [...(cost === undefined ? [] : [cost.idle, ...cost.sweep, ...cost.mixtures]), ...(control ?? [])];
}

function tablesOf(results: ScaleResults): readonly ScaleTable[] {
  const { cost, units, plans, handOvers, failovers, simulation } = results;
  return [
    ...(cost ? [costTable(cost, units?.ingest.perUnit.process)] : []),
    ...(handOvers ? [handOverTable(handOvers)] : []),
    ...(failovers ? [failoverTable(failovers)] : []),
    ...(simulation ? [simulationTable(simulation)] : []),
    ...(units ? [unitsTable(units, turnsOf(results)), controlTable(units)] : []),
    ...(units && plans
      ? [
          planTable(
            plans,
            PICTURE,
            plans.map(({ demand }) => camerasOfControlRedis(demand, PICTURE, units)),
          ),
        ]
      : []),
  ];
}

function writeTables(tables: readonly ScaleTable[]): void {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    tables.reduce((text, table) => putBetweenMarkers(text, table.name, asMarkdown(table)), page),
  );
}

/** A whole run is named after its day only. */
function defaultFile({ startedAt, options }: ScaleResults): string {
  const parts = options.parts.length === 5 ? '' : `-${options.parts.join('-')}`;
  const name = `scale-${startedAt.slice(0, 10)}${parts}${options.quick ? '-quick' : ''}.json`;
  return fileURLToPath(new URL(`../../results/${name}`, import.meta.url));
}
