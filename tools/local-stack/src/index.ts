export {
  type LocalStack,
  type LocalStackOptions,
  type RedisUrls,
  StackError,
  startLocalStack,
} from './local-stack.ts';
export type { StackProcess } from './stack-process.ts';
export type { Launch } from './supervised-process.ts';
