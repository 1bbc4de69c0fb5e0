/**
 * Runs the tests and writes docs/rtsp-conformance.md from their results: `npm run conformance -w libs/rtsp-client`.
 * `--results FILE` takes the JSON of a run that was made before.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asCell, LIBRARIES, readDevices, readRequirements, readTitles } from './items.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const documentFile = fileURLToPath(new URL('../../../docs/rtsp-conformance.md', import.meta.url));

const { values } = parseArgs({ options: { results: { type: 'string' } } });
const assertions = readAssertions(values.results === undefined ? runTests() : readJson(values.results));
const allTitles = readTitles(root);
const rows = readRequirements(folder).map((row) => ({ ...row, name: `${row.item}`, tests: testsOf('item', row.item) }));
const devices = readDevices(folder).map((row) => ({
  ...row,
  name: `device ${row.device}`,
  tests: testsOf('device', row.device),
}));
const isMet = ({ tests }) => tests.length > 0 && tests.every(({ passed, failed }) => passed > 0 && failed === 0);
const met = rows.filter(isMet).length;
const played = devices.filter(isMet).length;
writeFileSync(documentFile, documentText());
process.stdout.write(
  `${met} of ${rows.length} items met, ${played} of ${devices.length} devices played; ${relative(process.cwd(), documentFile)} written\n`,
);
process.exitCode = met === rows.length && played === devices.length ? 0 : 1;

function runTests() {
  const directory = mkdtempSync(join(tmpdir(), 'rtsp-conformance-'));
  try {
    const outputFile = join(directory, 'results.json');
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
    const projects = LIBRARIES.flatMap((library) => ['--projects', library]);
    spawnSync(
      process.execPath,
      ['--experimental-vm-modules', jest, ...projects, '--json', '--outputFile', outputFile],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    return readJson(outputFile);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function readAssertions({ testResults }) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(root, name).split(sep).join('/'),
      titles: [...ancestorTitles, title],
      status,
    })),
  );
}

function testsOf(kind, number) {
  const titles = allTitles.filter((title) => title.kind === kind && title.number === number);
  return titles.map(({ file, title, pattern }) => {
    const own = assertions.filter((one) => one.file === file && one.titles.some((text) => pattern.test(text)));
    const count = (status) => own.filter((one) => one.status === status).length;
    return { file, title, passed: count('passed'), failed: count('failed'), skipped: count('pending') };
  });
}

function documentText() {
  const parts = [...new Set(rows.map(({ part }) => part))];
  const tests = assertions.filter(({ status }) => status === 'passed').length;
  return [
    '# What the RTSP client is held to',
    '',
    'One row for each requirement on a client that plays whatever cameras send: the tests that show it, and how their last run went.',
    '`npm run conformance -w libs/rtsp-client` runs the tests and writes this page; a test of the library fails when a row has no test,',
    'or names one that is not there. Where a test is a table, the number of its cases that passed stands in the last column.',
    '',
    `**${met} of ${rows.length} requirements met**, by ${tests} tests that passed.`,
    '',
    ...parts.flatMap((part) => [
      `## ${part}`,
      '',
      '| item | requirement | tests | status |',
      '| --- | --- | --- | --- |',
      ...rows.filter((row) => row.part === part).map(rowText),
      '',
    ]),
    '## Known devices',
    '',
    'What cameras and servers in the field do, each written by hand as descriptions, replies or packets.',
    `**${played} of ${devices.length} are played as they should be.**`,
    '',
    '| device | what it does | tests | status |',
    '| --- | --- | --- | --- |',
    ...devices.map(rowText),
    '',
    '## Servers that are not ours',
    '',
    '| server | over | what | tests |',
    '| --- | --- | --- | --- |',
    '| GStreamer (gst-rtsp-server) | TCP, UDP, TLS | H.264, H.265, AAC, G.711; no login, Basic, Digest; 461, 404 | [gstreamer.int-spec.ts](../libs/rtsp-client/src/session/gstreamer.int-spec.ts), on the page: [foreign-camera.e2e-spec.ts](../e2e/src/foreign-camera.e2e-spec.ts) |',
    '| MediaMTX, where its image can be had | TCP, UDP, TLS | H.264, H.265, AAC; no login, Digest; 404 | [mediamtx-cases.ts](../e2e/src/containers/mediamtx-cases.ts) |',
    '',
    'FFmpeg is no server: its `rtsp_flags listen` waits for somebody who sends. It plays the [camera simulator](camera-simulator.md) in the tests of the latter.',
    '',
    ...fuzzText(),
  ].join('\n');
}

function rowText({ name, requirement, tests }) {
  const named = tests.map(({ file, title }) => `${asCell(title)} ([${file.split('/').at(-1)}](../${file}))`);
  const passed = tests.reduce((sum, test) => sum + test.passed, 0);
  const bad = tests.filter(({ failed, passed: good }) => failed > 0 || good === 0).length;
  const status = isMet({ tests }) ? `met (${passed})` : `**not met** (${bad} of ${tests.length} tests)`;
  return `| ${name} | ${asCell(requirement)} | ${named.join('<br>')} | ${status} |`;
}

/** The last long run of the fuzzer, when there is one. */
function fuzzText() {
  const file = join(folder, 'fuzz/results.json');
  if (!existsSync(file)) return [];
  const { date, node, targets } = readJson(file);
  return [
    '## Long fuzz run',
    '',
    `\`npm run fuzz\`, ${date}, Node.js ${node}. Each case was held to its limits of time and memory.`,
    '',
    '| target | cases | thrown | slowest case | heap growth |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...targets.map(
      (target) =>
        `| ${target.name} | ${target.cases.toLocaleString('en')} | ${target.thrown} | ${target.slowestMs.toFixed(1)} ms | ${(target.heapGrowthBytes / 1e6).toFixed(1)} MB |`,
    ),
    '',
  ];
}
