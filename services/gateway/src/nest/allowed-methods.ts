/** Finds the methods an address takes, for 405 and OPTIONS replies. */

/** The part of Express 5's application that is used here. */
export interface Routes {
  readonly router: { readonly stack: readonly Layer[] };
}

interface Layer {
  /** Undefined for middleware. */
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** @returns the value of an `Allow` header; undefined when no route matches the address */
export function allowedMethods({ router }: Routes, path: string): string | undefined {
  const methods = new Set<string>();
  for (const layer of router.stack) {
    if (layer.route === undefined || !layer.match(path)) continue;
    for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  }
  if (methods.size === 0) return undefined;
  // Express answers HEAD with the GET route.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods, 'OPTIONS'].sort().join(', ');
}
