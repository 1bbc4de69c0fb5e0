export {
  type LocalStack,
  type LocalStackOptions,
  StackError,
  type StackProcess,
  startLocalStack,
} from './local-stack.ts';
