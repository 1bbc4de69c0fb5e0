import { base } from '../jest.base.mjs';

export default { ...base, displayName: 'e2e', maxWorkers: 1 };
