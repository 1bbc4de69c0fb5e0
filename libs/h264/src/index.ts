export { type Fault, malformed, type Parsed } from './malformed.ts';
