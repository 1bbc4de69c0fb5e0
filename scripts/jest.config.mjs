import { base } from '../jest.base.mjs';

export default {
  ...base,
  displayName: 'scripts',
  testMatch: ['<rootDir>/*.spec.mjs', '<rootDir>/*.int-spec.mjs'],
};
