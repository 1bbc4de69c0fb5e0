import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

describe('the gateway as a program', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'oriel-gateway-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function run(toml: string) {
    writeFileSync(join(cwd, 'config.toml'), toml);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, [main], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    const [[code]] = await Promise.all([once(child, 'exit'), once(child.stdout, 'end')]);
    return { code, lines: output.trim().split('\n') };
  }

  it.each([
    { name: 'nothing', toml: '' },
    { name: 'auth = "required"', toml: 'auth = "required"' },
  ])('does not start where the configuration says $name about sign-in, and says why in one line', async ({ toml }) => {
    const { code, lines } = await run(toml);
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '');
    expect(line.level).toBe('fatal');
    expect(line.msg).toContain('auth: must be "none" for now, because sign-in does not exist yet');
    expect(line.msg).toContain('auth = "none" in config.toml or ORIEL_AUTH=none');
    expect(line).not.toHaveProperty('err');
  });
});
