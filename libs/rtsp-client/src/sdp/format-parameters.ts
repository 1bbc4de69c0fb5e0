/** Parameters of `a=fmtp` (RFC 8866 §6.15): names in lower case, values as written. */
export type FormatParameters = ReadonlyMap<string, string>;

/** Parses the text after the payload type. Skips empty parts and names without a value; keeps base64 padding. */
export function parseFormatParameters(text: string): FormatParameters {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals <= 0) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    if (name !== '' && !parameters.has(name)) parameters.set(name, part.slice(equals + 1).trim());
  }
  return parameters;
}
