import { base } from '../../jest.base.mjs';

export default { ...base, displayName: 'testing', testTimeout: 60_000 };
