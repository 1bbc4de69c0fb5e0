import { base } from '../../jest.base.mjs';

// Real programs on a busy machine take their time; each wait has a deadline of its own.
export default { ...base, displayName: 'camera', testTimeout: 60_000 };
