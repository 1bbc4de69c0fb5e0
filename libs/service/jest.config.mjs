import { withRedis } from '../../jest.base.mjs';

export default { ...withRedis, displayName: 'service' };
