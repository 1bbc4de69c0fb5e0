/** `Public` (RFC 2326 §12.28): the methods a server says it has, in upper case. Blanks or commas between them. */
export function parseMethodList(values: readonly string[]): ReadonlySet<string> {
  const methods = values.flatMap((value) => value.split(/[\s,;]+/)).filter((method) => method !== '');
  return new Set(methods.map((method) => method.toUpperCase()));
}
