/**
 * Reads what a service of this product has stored: undefined when it is no JSON object, or one of the named fields is
 * missing, as after a change of layout. The other fields are taken on trust: only our own services write there.
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
