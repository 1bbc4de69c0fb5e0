/** Parses `Public` (RFC 2326 §12.28), the methods that a server claims to support, into upper case. Accepts spaces, commas and semicolons. */
export function parseMethodList(values: readonly string[]): ReadonlySet<string> {
  const methods = values.flatMap((value) => value.split(/[\s,;]+/)).filter((method) => method !== '');
  return new Set(methods.map((method) => method.toUpperCase()));
}
