/** `a=fmtp` after the payload type: names in lower case, values as written (RFC 8866 §6.15). */
export type FormatParameters = ReadonlyMap<string, string>;

/** Empty parts and names without a value are passed over; base64 padding stays on its value. */
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
