/** One JSON line per event on stdout, with all secrets masked. */
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { secretMask } from './secrets.ts';

export type { Logger } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** Written on every line. */
  readonly service: string;
  /** @defaultValue `ORIEL_LOG_LEVEL`, else 'info' */
  readonly level?: LogLevel;
  readonly instanceId?: string;
  /** @defaultValue stdout, written without blocking and flushed at exit */
  readonly destination?: DestinationStream;
}

export function createLogger({ service, level, instanceId, destination }: LoggerOptions): Logger {
  return pino(
    {
      level: level ?? levelOf(process.env['ORIEL_LOG_LEVEL']),
      base: { service, ...(instanceId === undefined ? {} : { instanceId }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: showErrors },
      hooks: { streamWrite: maskLine },
    },
    destination ?? new StandardOutput(),
  );
}

/**
 * Resolves when all lines are written, or after half a second if nobody reads them. The logger is unusable afterwards.
 */
export function endLogger(logger: Logger): Promise<void> {
  const stream: unknown = Reflect.get(logger, pino.symbols.streamSym);
  return stream instanceof StandardOutput ? stream.end() : Promise.resolve();
}

/**
 * Writes lines in the order they were logged. Given a stream that can write synchronously, pino would write a fatal
 * line at once, ahead of lines still on their way to another thread.
 */
class StandardOutput implements DestinationStream {
  readonly #stream = pino.destination({ dest: 1, sync: false, maxLength: MAX_BACKLOG_BYTES });

  write(line: string): void {
    this.#stream.write(line);
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.once('finish', resolve);
      setTimeout(resolve, FLUSH_DEADLINE_MS);
      this.#stream.end();
    });
  }
}

const FLUSH_DEADLINE_MS = 500;
const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** Beyond this, lines that nobody reads are dropped rather than filling the memory. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

function levelOf(name: string | undefined): LogLevel {
  return LEVELS.find((level) => level === name) ?? 'info';
}

/** Without this, errors under any key other than `err` would print as `{}`. */
function showErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? stdSerializers.errWithCause(value) : value,
    ]),
  );
}

/** Masks after serialization, which also covers nested objects, errors, their stacks and their causes. */
function maskLine(line: string): string {
  return `${JSON.stringify(secretMask.json(JSON.parse(line)))}\n`;
}
