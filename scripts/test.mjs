// `npm test [filter …]`: does all set-up, then every check and test there is; with filters, only the tests whose path
// matches one; with `--changed[=<commit>]`, only the tests that a change touches, for as long as two minutes allow. What is skipped is printed with the reason, and the last line is the count. ORIEL_REQUIRE_ALL=1, which CI
// sets, makes everything that is skipped a failure.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { changedFiles, relatedTests } from './related-tests.mjs';
import {
  capture,
  checkNode,
  ensureBuilt,
  ensureDependencies,
  ensureSchemathesis,
  ensureSystem,
  findCommand,
  nx,
  orExplain,
  root,
  run,
  SetupError,
  say,
} from './setup.mjs';

const [changedOption] = process.argv.slice(2).filter((argument) => /^--changed(=|$)/.test(argument));
const filters = process.argv.slice(2).filter((argument) => argument !== changedOption);
const startedAtMs = Date.now();
/** Leaves the last suite half a minute. */
const CHANGED_BUDGET_MS = 90_000;
const mustRunAll = process.env.ORIEL_REQUIRE_ALL === '1';
const scratch = mkdtempSync(join(tmpdir(), 'oriel-test-'));
const count = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const failures = [];

try {
  await orExplain(main);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (process.exitCode === 1 && count.failed === 0) count.failed = 1;
for (const line of failures) say(`FAILED   ${line}`);
for (const line of skips) say(`skipped  ${line}`);
if (mustRunAll && count.skipped > 0) {
  say(`Nothing may be skipped here: ${count.skipped} skipped count as failed.`);
  count.failed += count.skipped;
  count.skipped = 0;
}
if (count.failed > 0) process.exitCode = 1;
const skippedPart = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
process.stdout.write(`${count.passed} passed, ${count.failed} failed${skippedPart}\n`);

async function main() {
  checkNode();
  await ensureDependencies();
  const missing = await ensureSystem(['redis', 'ffmpeg', 'chromium', 'gstreamer'], { required: false });
  for (const name of missing) {
    if (mustRunAll || name === 'redis') failed(`${name} is missing`);
    else skipped(`what needs ${name}, which is missing`);
  }
  if (missing.includes('redis')) return;

  if (filters.length === 0) {
    await check('package-lock.json is complete', () => node('scripts/lock-complete.mjs', '--check'));
    await check('lint', () => node('node_modules/@biomejs/biome/bin/biome', 'check', '.'));
    await check('typecheck', async () => ({
      code: await nx(['run-many', '-t', 'typecheck'], { skipCache: mustRunAll, quiet: true }),
    }));
  }
  // Tests of whole processes run what is built.
  await check('build', async () => {
    await ensureBuilt(undefined, { fromScratch: mustRunAll });
    return { code: 0 };
  });

  const ignored = missing.includes('chromium') ? ['services/web/.*\\.int-spec'] : [];
  if (changedOption !== undefined) return await testChanged(ignored);

  if (
    filters.length === 0 ||
    filters.some((filter) => 'services/gateway/src/nest/openapi.int-spec.ts'.includes(filter))
  ) {
    const program = await ensureSchemathesis();
    if (program === undefined) skipped('the API by its own description: Schemathesis is missing');
    else process.env.SCHEMATHESIS = program;
  }

  for (const config of jestConfigs()) await jest(config, ignored);
  if (missing.includes('chromium')) skipped('e2e: there is no Chromium');
  else await jest(join(root, 'e2e', 'jest.config.mjs'), []);
  await containers();
}

/** The fast ones of all projects first, then those that need servers, nearest to the change first. */
async function testChanged(ignored) {
  const changed = changedFiles(root, changedOption.split('=')[1]);
  say(`${changed.length} files are changed.`);
  const related = relatedTests(root, changed);
  const isUnit = (file) => /\/[^/]*(?<!\.int-spec|\.e2e-spec|\.container-spec)\.(ts|tsx|mjs)$/.test(file);
  const isChanged = (file) => changed.some((other) => projectOf(other) === projectOf(file));
  const groups = [
    related.filter(isUnit),
    related.filter((file) => /\.int-spec\./.test(file) && isChanged(file)),
    related.filter((file) => /\.int-spec\./.test(file) && !isChanged(file)),
  ];
  for (const files of groups) {
    for (const config of jestConfigs()) {
      const project = relative(root, config).replace(/jest\.config\.mjs$/, '');
      const own = files.filter((file) => file.startsWith(project));
      if (own.length === 0) continue;
      if (Date.now() - startedAtMs > CHANGED_BUDGET_MS) skipped(`${own.join(', ')}: two minutes are over`);
      else await jest(config, ignored, ['--runTestsByPath', ...own.map((file) => join(root, file))]);
    }
  }
  const whole = related.filter((file) => /\.(e2e|container)-spec\./.test(file));
  if (whole.length > 0) skipped(`${whole.join(', ')}: run them by name`);
}

function projectOf(file) {
  return file.split('/').slice(0, 2).join('/');
}

/** Every library, service and tool that has tests, and what is beside this file. */
function jestConfigs() {
  return ['libs', 'services', 'tools', 'bench', 'scripts']
    .flatMap((group) => [group, ...readdirSync(join(root, group)).map((name) => join(group, name))])
    .map((directory) => join(root, directory, 'jest.config.mjs'))
    .filter((config) => existsSync(config));
}

async function containers() {
  const config = join(root, 'e2e', 'jest.containers.config.mjs');
  if (!existsSync(config)) return;
  const engine = findCommand('docker')
    ? await capture('docker', ['info', '--format', '{{.ServerVersion}}'])
    : undefined;
  if (engine?.code === 0) await jest(config, []);
  else skipped(`containers: ${engine === undefined ? 'docker is not installed' : 'no Docker engine answers'}`);
}

/** One Jest run with its own Redis, so that projects do not see each other's queues. */
async function jest(config, ignored, selection = filters) {
  const project = relative(root, config).replace(/\/jest\.(containers\.)?config\.mjs$/, (_, kind) =>
    kind ? ' (containers)' : '',
  );
  const outputFile = join(scratch, `${project.replaceAll(/\W+/g, '-')}.json`);
  const { NODE_OPTIONS: _, REDIS_PORT: __, ...env } = process.env;
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--config',
    config,
    '--json',
    `--outputFile=${outputFile}`,
    '--passWithNoTests',
    ...ignored.map((pattern) => `--testPathIgnorePatterns=${pattern}`),
    ...selection,
  ];
  // Jest's report is on standard error; with --json, standard output repeats the results.
  const code = await run(process.execPath, args, { stdio: ['ignore', 'ignore', 2], env });
  if (!existsSync(outputFile)) {
    failed(`${project}: Jest ended with code ${code} before it had results`);
    return;
  }
  const results = JSON.parse(readFileSync(outputFile, 'utf8'));
  count.passed += results.numPassedTests;
  count.failed += results.numFailedTests;
  for (const suite of results.testResults) {
    const path = relative(root, suite.name);
    if (suite.status === 'failed' && !suite.assertionResults.some(({ status }) => status === 'failed')) {
      failed(`${path}: could not be run`);
    }
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'failed') failures.push(`${path}: ${fullName}`);
      else if (status === 'pending' || status === 'todo') skipped(`${path}: ${fullName}`);
    }
  }
  if (code !== 0 && results.success) failed(`${project}: Jest ended with code ${code}`);
}

async function check(name, task) {
  const checkedAtMs = Date.now();
  let result;
  try {
    result = await task();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    result = { code: 1 };
  }
  const seconds = ((Date.now() - checkedAtMs) / 1000).toFixed(1);
  if (result.code === 0) {
    count.passed++;
    say(`ok       ${name} (${seconds} s)`);
    return;
  }
  if (result.output) process.stderr.write(result.output);
  failed(name);
}

function node(...args) {
  return capture(process.execPath, args);
}

function failed(line) {
  count.failed++;
  failures.push(line);
}

function skipped(line) {
  count.skipped++;
  skips.push(line);
}
