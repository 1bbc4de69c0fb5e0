/** Schemathesis sends requests that the API description allows, and some that it does not, and checks the answers against it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { RedisMediaBus } from '@oriel/media-bus';
import { cameraConfig } from '../../test/camera-config.ts';
import { JpegSource, jpegOf } from '../../test/jpeg-source.ts';
import { type RunningGateway, runGateway, testRedis } from '../../test/running-gateway.ts';

jest.setTimeout(300_000);

/** Set by `npm test`, which installs Schemathesis where Python and its package index are available. */
const schemathesis = process.env['SCHEMATHESIS'];
/** The example id of the API description. */
const CAMERA_ID = 'default';

(schemathesis === undefined ? describe.skip : describe)('the API, by its own description', () => {
  let bus: RedisMediaBus;
  let gateway: RunningGateway;
  let transcoder: NodeJS.Timeout;
  /** Schemathesis writes files into its working directory. */
  const cwd = mkdtempSync(join(tmpdir(), 'oriel-openapi-'));

  beforeAll(async () => {
    bus = new RedisMediaBus({ redis: testRedis() });
    gateway = await runGateway([cameraConfig(CAMERA_ID, { maxLatencyMs: 60_000 })]);
    const sources = new Map<string, JpegSource>();
    // Every requested rendition has a picture at once.
    transcoder = setInterval(() => {
      for (const { rendition } of gateway.fanout.wants()) {
        const id = JSON.stringify(rendition);
        const source = sources.get(id) ?? new JpegSource(bus, CAMERA_ID, rendition);
        sources.set(id, source);
        void source.publish({ data: jpegOf(1_000) });
      }
    }, 20);
  });
  afterAll(async () => {
    clearInterval(transcoder);
    await gateway.close();
    await bus.close();
    rmSync(cwd, { recursive: true });
  });

  it('keeps what it promises', async () => {
    const args = [
      'run',
      `${gateway.url}/api/openapi.json`,
      '--checks=all',
      '--max-examples=30',
      // Excluded: the response never ends.
      '--exclude-path-regex=stream\\.mjpeg$',
      '--seed=1',
      '--no-color',
    ];
    const { stdout, code } = await run(schemathesis ?? '', args, cwd);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('No issues found') });
  });
});

function run(program: string, args: readonly string[], cwd: string): Promise<{ stdout: string; code: unknown }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, maxBuffer: 1e8 }, (error, stdout) => resolve({ stdout, code: error?.code ?? 0 }));
  });
}
