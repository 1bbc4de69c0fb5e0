/**
 * Keeps secrets out of all output: logs, health answers, error pages. Known secrets are registered by value. What looks
 * like a secret (user-info in any URL, authorization headers, passwords in queries) is masked by its shape.
 */

export const MASK = '***';

export class SecretMask {
  readonly #values = new Set<string>();
  #longestFirst: readonly string[] = [];

  /**
   * Masks this text wherever it occurs from now on. A text shorter than {@link MIN_SECRET_LENGTH} would mask half of
   * every line, so only its shape protects it.
   */
  register(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
        if (form.length >= MIN_SECRET_LENGTH) this.#values.add(form);
      }
    }
    this.#longestFirst = [...this.#values].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.#longestFirst) masked = masked.replaceAll(secret, MASK);
    return maskShapes(masked);
  }

  /** A copy of plain JSON data with every secret in strings and keys masked. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        this.text(key),
        SECRET_KEY.test(key) && item !== null && item !== undefined ? MASK : this.json(item),
      ]),
    );
  }
}

/** The mask of this process. Errors with secrets come from everywhere, so every output uses the same mask. */
export const secretMask = new SecretMask();

const MIN_SECRET_LENGTH = 4;
const SECRET_KEY =
  /^(?:pass(?:word|wd|phrase)?|pwd|secret|.*[_-]?token|(?:proxy-)?authorization|(?:set-)?cookie|credentials|api[_-]?key|.*password)$/i;

/** Bounds the length of user-info, which keeps the search linear on hostile text. */
const USER_INFO = /([a-z][a-z0-9+.-]{0,20}:\/\/)\S{1,1024}@/gi;
const QUERY_SECRET = /(?<![a-z])(pass(?:word|wd)?|pwd|secret|token|api_?key|access_token)=[^&\s"';,]+/gi;
const AUTHORIZATION = /\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*["']?)[^\r\n]+/gi;
const BEARER_OR_BASIC = /\b(bearer|basic)\s+[a-z0-9._~+/-]{8,}=*/gi;
const DIGEST = /\bdigest\s+username=[^\r\n]+/gi;

function maskShapes(text: string): string {
  let masked = text;
  if (masked.includes('://')) masked = masked.replace(USER_INFO, `$1${MASK}@`);
  if (masked.includes('=')) masked = masked.replace(QUERY_SECRET, `$1=${MASK}`).replace(DIGEST, `Digest ${MASK}`);
  return masked.replace(AUTHORIZATION, `$1$2${MASK}`).replace(BEARER_OR_BASIC, `$1 ${MASK}`);
}
