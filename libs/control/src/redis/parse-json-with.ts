/**
 * Parses a JSON object that one of our services stored. Returns undefined when it is no JSON object or lacks a required
 * field, as after a change of layout. The rest is trusted, because only our own services write there.
 */
export function parseJsonWith<T extends object>(json: string, required: readonly (keyof T & string)[]): T | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return undefined;
    return required.every((field) => field in value) ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
