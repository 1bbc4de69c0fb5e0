/** The lint rules of biome.json let imports go one way: each of these lines is planted in a copy of the tree's shape. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIOME = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
const CASES = [
  { file: 'libs/model/src/planted.ts', from: '@oriel/codecs', isRefused: true },
  { file: 'libs/codecs/src/h264/planted.ts', from: '@oriel/rtp', isRefused: true },
  { file: 'libs/codecs/src/h265/planted.ts', from: '@oriel/model', isRefused: false },
  { file: 'libs/rtp/src/rtcp/planted.ts', from: '@oriel/rtsp-client', isRefused: true },
  { file: 'libs/rtp/src/packet/planted.ts', from: '@oriel/codecs', isRefused: false },
  { file: 'libs/rtsp-client/src/session/planted.ts', from: '@oriel/media-bus', isRefused: true },
  { file: 'libs/rtsp-client/src/sdp/planted.ts', from: '@oriel/rtp', isRefused: false },
  { file: 'libs/media-bus/src/planted.ts', from: '@oriel/control', isRefused: true },
  { file: 'libs/control/src/leases/planted.ts', from: '@oriel/media-bus', isRefused: true },
  { file: 'libs/control/src/boards/planted.ts', from: '@nestjs/common', isRefused: true },
  { file: 'libs/service/src/planted.ts', from: '@oriel/gateway', isRefused: true },
  { file: 'libs/stream-protocol/src/planted.ts', from: '@oriel/codecs', isRefused: true },
  { file: 'services/ingest/src/planted.ts', from: '@oriel/gateway', isRefused: true },
  { file: 'services/gateway/src/nest/planted.ts', from: '../../../ingest/src/core/pause.ts', isRefused: true },
  { file: 'services/gateway/src/core/planted.ts', from: '@nestjs/common', isRefused: true },
  { file: 'services/gateway/src/core/delivery/planted.ts', from: '@oriel/transcoder', isRefused: true },
  { file: 'services/transcoder/src/core/planted.ts', from: '@oriel/testing', isRefused: true },
  { file: 'services/transcoder/src/core/planted.spec.ts', from: '@oriel/testing', isRefused: false },
  { file: 'tools/camera/src/planted.ts', from: '@oriel/testing', isRefused: true },
];

let refused;
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'oriel-layers-'));
  try {
    await copyFile(fileURLToPath(new URL('../biome.json', import.meta.url)), join(root, 'biome.json'));
    for (const { file, from } of CASES) {
      await mkdir(join(root, dirname(file)), { recursive: true });
      await writeFile(join(root, file), `export * from '${from}';\n`);
    }
    refused = await lint(root);
  } finally {
    await rm(root, { recursive: true });
  }
});

it.each(CASES)('$file imports $from: refused $isRefused', ({ file, isRefused }) => {
  expect(refused.has(file)).toBe(isRefused);
});

/** @returns the files that lint refuses because of what they import. */
async function lint(root) {
  const rule = 'lint/style/noRestrictedImports';
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  const report = await new Promise((resolve, reject) => {
    // It exits with 1 when it refuses something.
    execFile(process.execPath, [BIOME, ...args], { cwd: root }, (error, stdout) =>
      stdout === '' ? reject(error) : resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(report);
  const pathOf = ({ location }) => location.path.file ?? location.path;
  return new Set(
    diagnostics.filter(({ category }) => category === rule).map((one) => pathOf(one).replace(/^\.\//, '')),
  );
}
