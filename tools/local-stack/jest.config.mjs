import { base } from '../../jest.base.mjs';

export default { ...base, displayName: 'local-stack', maxWorkers: 1 };
