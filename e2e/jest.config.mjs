import { base } from '../jest.base.mjs';

/** The product as a whole: one test file at a time, since each starts its own processes. */
export default {
  ...base,
  displayName: 'e2e',
  testMatch: ['<rootDir>/src/**/*.e2e-spec.ts'],
  // The programs under test are what `npm run build` made, so their libraries are the built ones too.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
  testTimeout: 90_000,
  maxWorkers: 1,
};
