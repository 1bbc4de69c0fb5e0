/** The `Session` header (RFC 2326 §12.37). */
export interface SessionHeader {
  /** Without parameters: some servers answer 454 when `;timeout=60` is echoed (EasyDarwin#140). */
  readonly id: string;
  readonly timeoutS: number | undefined;
}

/** Undefined when there is no id. Ignores spaces, unknown parameters, a trailing `;` and zero timeouts; clamps the others. */
export function parseSessionHeader(value: string): SessionHeader | undefined {
  const [id = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (id === '') return undefined;
  let timeoutS: number | undefined;
  for (const parameter of parameters) {
    const match = /^timeout\s*=\s*"?(\d{1,9})/i.exec(parameter);
    const seconds = Number(match?.[1] ?? 0);
    if (seconds > 0) timeoutS = Math.min(MAX_TIMEOUT_S, Math.max(MIN_TIMEOUT_S, seconds));
  }
  return { id, timeoutS };
}

/** Applies when the server names none (RFC 2326 §12.37). */
export const DEFAULT_SESSION_TIMEOUT_S = 60;
const MIN_TIMEOUT_S = 5;
const MAX_TIMEOUT_S = 3_600;
