/** What a run showed, as a table. */
export interface FaultResult {
  readonly name: string;
  readonly readyWhen: string;
  /** From ready to picture, of the cycles that recovered. */
  readonly timesMs: readonly number[];
}

export interface Report {
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly load: number;
  readonly cycles: number;
  readonly pauseS: number;
  readonly minutes: number;
  readonly faults: readonly FaultResult[];
  /** Mean frames/s of the other cameras in each second. */
  readonly others: readonly number[];
  readonly cameraFramerate: number;
}

export function reportTable(report: Report): string {
  const { date, node, cores, load, cycles, pauseS, minutes, faults, others, cameraFramerate } = report;
  const recovered = faults.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  const mean = others.reduce((sum, rate) => sum + rate, 0) / others.length;
  return [
    `${date}, Node.js ${node}, ${cores} cores with a load of ${load.toFixed(1)}: ${cycles} cycles of each fault in ${minutes.toFixed(0)} minutes,`,
    `${pauseS} s of pictures in between. ${recovered} of ${cycles * faults.length} recovered unattended.`,
    '',
    '| fault | ready when | recovered | median | p95 | longest |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...faults.map(({ name, readyWhen, timesMs }) => {
      const at = (part: number) => `${(quantile(timesMs, part) / 1_000).toFixed(2)} s`;
      return `| ${name} | ${readyWhen} | ${timesMs.length} of ${cycles} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`;
    }),
    '',
    `The cameras that nothing happened to send ${cameraFramerate} frames/s; ${mean.toFixed(2)} came meanwhile on average, ` +
      `${quantile(others, 0.05).toFixed(1)} in the worst twentieth of the seconds, ${quantile(others, 0).toFixed(1)} in the worst second.`,
  ].join('\n');
}

/** Nearest rank: with few values the 95th percentile is the largest. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
