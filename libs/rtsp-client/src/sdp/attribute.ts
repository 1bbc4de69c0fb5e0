/** Splits `a=name:text` (RFC 8866 §5.13); the name becomes lower case. */
export function splitAttribute(value: string): { name: string; text: string } {
  const colon = value.indexOf(':');
  if (colon < 0) return { name: value.trim().toLowerCase(), text: '' };
  return { name: value.slice(0, colon).trim().toLowerCase(), text: value.slice(colon + 1).trim() };
}
