/** Header fields in the order received, with case-insensitive names (RFC 2326 §4.2; VStarcam sends `Cseq`, Hipcam `Content-length`). */
export class RtspHeaders {
  readonly #fields: { readonly name: string; readonly value: string }[] = [];

  constructor(fields: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of fields) this.append(name, value);
  }

  get count(): number {
    return this.#fields.length;
  }

  append(name: string, value: string): void {
    this.#fields.push({ name: name.toLowerCase(), value });
  }

  /** A folded line continues the value before it (RFC 2616 §2.2). */
  continueLast(text: string): void {
    const last = this.#fields.pop();
    if (last !== undefined) this.#fields.push({ name: last.name, value: `${last.value} ${text}`.trim() });
  }

  /** The first value with that name. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.#fields.find((field) => field.name === wanted)?.value;
  }

  /** All values with that name: repeated `WWW-Authenticate` lines are separate challenges. */
  getAll(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#fields.filter((field) => field.name === wanted).map((field) => field.value);
  }

  [Symbol.iterator](): Iterator<{ readonly name: string; readonly value: string }> {
    return this.#fields[Symbol.iterator]();
  }
}
