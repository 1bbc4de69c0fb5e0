import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configToToml, loadConfig, type OrielConfig } from './index.ts';

function readBack(config: OrielConfig): OrielConfig {
  const cwd = mkdtempSync(join(tmpdir(), 'oriel-toml-'));
  try {
    writeFileSync(join(cwd, 'config.toml'), configToToml(config));
    return loadConfig({ cwd, env: {} });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

describe('configToToml', () => {
  it('writes what is read back unchanged: the defaults', () => {
    const config = loadConfig({ cwd: '/nowhere', env: {} });
    expect(readBack(config)).toEqual(config);
  });

  it.each([
    { username: 'admin', password: 'p@:/#?% "\'\\ä€' },
    { username: '', password: 'x' },
    { username: 'a:b', password: '' },
    undefined,
  ])('writes what is read back unchanged: a camera with %p', (credentials) => {
    const config: OrielConfig = {
      ...loadConfig({ cwd: '/nowhere', env: { ORIEL_AUTH: 'none', ORIEL_SERVER_PORT: '0' } }),
      cameras: [
        {
          id: 'yard',
          name: 'Yard "back"',
          source: {
            kind: 'rtsp',
            url: 'rtsp://[::1]:554/a?b=c',
            credentials,
            transport: 'auto',
            tls: credentials === undefined ? { insecure: true } : { fingerprint256: 'ab'.repeat(32) },
            reconnectIntervalMs: 1500,
          },
          bufferSizeBytes: 70_000,
          transcoding: { quality: 12, framerate: 7, maxLatencyMs: 99 },
        },
      ],
    };
    expect(readBack(config)).toEqual(config);
  });
});
