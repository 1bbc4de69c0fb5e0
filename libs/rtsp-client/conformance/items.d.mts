export interface Requirement {
  readonly item: number;
  readonly part: string;
  readonly requirement: string;
}
export interface ItemTitle {
  readonly item: number;
  /** From the library's folder. */
  readonly file: string;
  /** With `…` where values are filled in. */
  readonly title: string;
  /** Of the title as it runs. */
  readonly pattern: RegExp;
}
export interface DocumentRow {
  readonly item: number;
  readonly requirement: string;
  readonly tests: readonly { readonly title: string; readonly file: string }[];
}
export function readRequirements(folder: string): Requirement[];
export function readTitles(folder: string): ItemTitle[];
export function readDocument(text: string): DocumentRow[];
export function asCell(text: string): string;
