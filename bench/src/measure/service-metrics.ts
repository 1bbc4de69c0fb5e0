/** Reads the metrics that the services publish themselves (Prometheus text format). */

/** Sum over all label values; 0 while there is none. */
export function metricIn(text: string, name: string): number {
  let total = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue;
    const value = /^(?:\{.*\})? (\S+)/.exec(line.slice(name.length))?.[1];
    if (value !== undefined) total += Number(value);
  }
  return total;
}

/** Values by one label, summed over the others; those without it are left out. */
export function metricByLabel(text: string, name: string, label: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}{`)) continue;
    const [, labels, value] = /^\{(.*)\} (\S+)/.exec(line.slice(name.length)) ?? [];
    const key = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels ?? '')?.[1];
    if (key !== undefined) values.set(key, (values.get(key) ?? 0) + Number(value));
  }
  return values;
}

/** Mean of what a histogram has seen between two readings, in ms; NaN of nothing. */
export function meanMsBetween(before: string, after: string, histogram: string): number {
  const grown = (suffix: string) => metricIn(after, histogram + suffix) - metricIn(before, histogram + suffix);
  const count = grown('_count');
  return count === 0 ? Number.NaN : (grown('_sum') / count) * 1000;
}

export async function readMetrics(healthUrl: string): Promise<string> {
  const response = await fetch(`${healthUrl}/metrics`, { signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${healthUrl}/metrics answers ${response.status}`);
  return response.text();
}
