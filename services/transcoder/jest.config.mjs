import { withRedis } from '../../jest.base.mjs';

// Tests wait for conditions, and a busy machine takes its time: the deadline is for what hangs.
export default { ...withRedis, displayName: 'transcoder', testTimeout: 30_000 };
