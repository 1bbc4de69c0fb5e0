import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Shared by every project's jest.config.mjs. Tests are native ES modules: run with --experimental-vm-modules.
 * `*.spec.ts` needs nothing but the source; `*.int-spec.ts` talks to real servers, processes or sockets.
 */
export const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@oriel/source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/src/**/*.int-spec.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'tsx', 'json', 'node'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true, tsx: false },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  clearMocks: true,
  // Tests wait for conditions; what a crowded machine needs for that says nothing of the code.
  testTimeout: 60_000,
  maxWorkers: 2,
  // Node 20 never frees all of a test file's modules: about 45 MB a file that boots Nest. Restart the worker instead.
  workerIdleMemoryLimit: '512MB',
};

/** For projects whose tests talk to a real Redis. */
export const withRedis = {
  ...base,
  globalSetup: here('./jest.redis.mjs'),
  globalTeardown: here('./jest.redis.stop.mjs'),
};
