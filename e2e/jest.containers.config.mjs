import { fileURLToPath } from 'node:url';
import { base } from '../jest.base.mjs';

/** The deployment on a real Docker engine: the images, the Compose file, and what happens when containers die. */
export default {
  ...base,
  displayName: 'containers',
  testMatch: ['<rootDir>/src/containers/**/*.container-spec.ts'],
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
  globalSetup: fileURLToPath(new URL('src/containers/support/build-images.mjs', import.meta.url)),
  testTimeout: 120_000,
  maxWorkers: 1,
};
