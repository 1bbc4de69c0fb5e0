import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationPage, exampleFile } from './documentation.ts';
import { loadConfig } from './load-config.ts';

const root = new URL('../../../', import.meta.url);

describe('the documentation of the configuration', () => {
  it.each([
    { file: 'docs/configuration.md', made: configurationPage },
    { file: 'config.example.toml', made: exampleFile },
  ])('$file is up to date (else: npm run docs -w libs/config)', ({ file, made }) => {
    expect(readFileSync(new URL(file, root), 'utf8')).toBe(made());
  });

  it('shows an example that is valid', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'oriel-example-'));
    try {
      writeFileSync(
        join(cwd, 'config.toml'),
        exampleFile().replaceAll(/^# (?=\[\[|(?!tls_fingerprint)[a-z_]+ = )/gm, ''),
      );
      expect(loadConfig({ cwd, env: {} }).cameras.map(({ id }) => id)).toEqual(['default', 'front-door']);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
