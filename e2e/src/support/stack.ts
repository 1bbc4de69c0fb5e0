import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@oriel/config';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '@oriel/local-stack';

export interface TestStack extends LocalStack {
  /** All that the processes of the stack have written, each line with the name of its process in front. */
  output(): string;
}

/** Starts the stack as `npm start` does, on free ports, configured by the text of a config.toml. */
export async function startTestStack(
  toml: string,
  options: Omit<LocalStackOptions, 'config' | 'port'> = {},
): Promise<TestStack> {
  const lines: string[] = [];
  const stack = await startLocalStack({
    ...options,
    config: configOf(toml),
    port: 0,
    onLog: (name, line) => lines.push(`${name}: ${line}`),
  });
  return Object.assign(stack, { output: () => lines.join('\n') });
}

function configOf(toml: string) {
  const dir = mkdtempSync(join(tmpdir(), 'oriel-e2e-'));
  try {
    writeFileSync(join(dir, 'config.toml'), `[server]\nhost = "127.0.0.1"\n${toml}`);
    return loadConfig({ cwd: dir, env: {}, authDefault: 'none' });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
