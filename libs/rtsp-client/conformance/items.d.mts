export interface Requirement {
  readonly item: number;
  readonly part: string;
  readonly requirement: string;
}
export interface Device {
  /** Row of the table of known devices. */
  readonly device: number;
  readonly requirement: string;
}
export interface TestTitle {
  readonly kind: 'item' | 'device';
  readonly number: number;
  /** From the root of the repository. */
  readonly file: string;
  /** With `…` where values are filled in. */
  readonly title: string;
  /** Of the title as it runs. */
  readonly pattern: RegExp;
}
export interface DocumentRow {
  readonly kind: 'item' | 'device';
  readonly number: number;
  readonly requirement: string;
  readonly tests: readonly { readonly title: string; readonly file: string }[];
}
export function readRequirements(folder: string): Requirement[];
export function readDevices(folder: string): Device[];
export const LIBRARIES: readonly string[];
export function readTitles(root: string): TestTitle[];
export function readDocument(text: string): DocumentRow[];
export function asCell(text: string): string;
