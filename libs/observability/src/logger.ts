/** One JSON line per event on stdout, in which no secret is left. */
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { secretMask } from './secrets.ts';

export type { Logger } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** Stands on every line. */
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

/** Resolves when all lines are written, or after half a second when nobody reads them. The logger is of no use after it. */
export function endLogger(logger: Logger): Promise<void> {
  const stream: unknown = Reflect.get(logger, pino.symbols.streamSym);
  return stream instanceof StandardOutput ? stream.end() : Promise.resolve();
}

/**
 * Lines in the order in which they were logged. pino would write a fatal one at once, past those that are still on their way to another
 * thread, if it were given a stream that can.
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
/** Lines waiting for a reader that does not read are dropped beyond this, rather than filling the memory. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

function levelOf(name: string | undefined): LogLevel {
  return LEVELS.find((level) => level === name) ?? 'info';
}

/** Errors under any key, not `err` alone, would otherwise print as `{}`. */
function showErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? stdSerializers.errWithCause(value) : value,
    ]),
  );
}

/** Masks after serialization, so that it reaches into nested objects, errors, their stacks and their causes alike. */
function maskLine(line: string): string {
  return `${JSON.stringify(secretMask.json(JSON.parse(line)))}\n`;
}
