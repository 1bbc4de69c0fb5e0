/** Runs a service's process: boots Nest, listens, and shuts down in order whatever ends it. */
import type { AddressInfo } from 'node:net';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { endLogger, type Logger } from '@oriel/observability';
import { letHeapGrow } from '../heap-growth.ts';
import { limitRequests } from '../limit-requests.ts';
import { PinoLogger } from './pino-logger.ts';

export interface ServiceOptions {
  readonly module: Type | DynamicModule;
  readonly logger: Logger;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Sets what must be set before listening: adapters, pipes, filters. */
  readonly configure?: (app: NestExpressApplication) => void | Promise<void>;
  /** Called once the port is open, before the parent process is notified. */
  readonly onListening?: (url: string, app: NestExpressApplication) => void | Promise<void>;
  /** Longest that an orderly shutdown may take [10000]. */
  readonly shutdownDeadlineMs?: number;
}

/** Message from a service to the process that started it, over the IPC channel, once it listens. */
export interface ListeningMessage {
  readonly type: 'listening';
  /** Address with the actual port, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
}

/**
 * Runs until SIGTERM, SIGINT, or the end of the parent process, whose IPC channel closes even after a kill -9. Then
 * calls `app.close()` once and exits with code 0, or 1 if that exceeds the deadline. An unhandled rejection or
 * exception is logged and ends the process with code 1, so that a supervisor restarts it in a known state.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { logger } = options;
  letHeapGrow();
  const lifecycle = new Lifecycle(logger, options.shutdownDeadlineMs ?? DEFAULT_SHUTDOWN_DEADLINE_MS);
  lifecycle.watch();
  try {
    const app = await NestFactory.create<NestExpressApplication>(options.module, {
      logger: new PinoLogger(logger),
      abortOnError: false,
      forceCloseConnections: true,
      // No route takes a body.
      bodyParser: false,
    });
    lifecycle.app = app;
    limitRequests(app.getHttpServer());
    await options.configure?.(app);
    await app.listen(options.port, options.host);
    const url = urlOf(app.getHttpServer().address() as AddressInfo);
    await options.onListening?.(url, app);
    logger.info({ url }, 'listening');
    process.send?.({ type: 'listening', url } satisfies ListeningMessage);
  } catch (error) {
    const problem = portProblem(error, options);
    if (problem === undefined) lifecycle.fail(error, 'could not start');
    else lifecycle.refuse(problem);
  }
}

const DEFAULT_SHUTDOWN_DEADLINE_MS = 10_000;

class Lifecycle {
  app: INestApplication | undefined;
  #isEnding = false;
  #isExiting = false;

  constructor(
    private readonly logger: Logger,
    private readonly deadlineMs: number,
  ) {}

  watch(): void {
    process.on('SIGTERM', () => this.#end('SIGTERM'));
    process.on('SIGINT', () => this.#end('SIGINT'));
    process.on('disconnect', () => this.#end('the parent process is gone'));
    process.on('uncaughtException', (error) => this.fail(error, 'uncaught exception'));
    process.on('unhandledRejection', (reason) => this.fail(reason, 'unhandled rejection'));
  }

  fail(error: unknown, what: string): void {
    if (this.#isExiting) return;
    this.logger.fatal({ err: error instanceof Error ? error : new Error(String(error)) }, what);
    this.#exit(1);
  }

  /** Exits with one line for the person who can fix it; a stack would not help them. */
  refuse(problem: string): void {
    this.logger.fatal(problem);
    this.#exit(1);
  }

  #end(cause: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.logger.info({ cause }, 'shutting down');
    setTimeout(() => {
      this.logger.error({ deadlineMs: this.deadlineMs }, 'shutting down took too long');
      this.#exit(1);
    }, this.deadlineMs).unref();
    Promise.resolve(this.app?.close()).then(
      () => {
        this.logger.info('ended');
        this.#exit(0);
      },
      (error) => this.fail(error, 'could not end in order'),
    );
  }

  #exit(code: 0 | 1): void {
    if (this.#isExiting) return;
    this.#isEnding = true;
    this.#isExiting = true;
    // People need the last lines most, and these are still on their way to another thread.
    endLogger(this.logger).then(
      () => process.exit(code),
      () => process.exit(1),
    );
  }
}

function portProblem(error: unknown, { host, port }: ServiceOptions): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is taken, by another program or another service of Oriel: ${WHICH_PORT}`;
  if (code === 'EACCES') return `this user may not listen on port ${port}: ${WHICH_PORT}`;
  return undefined;
}

const WHICH_PORT =
  'the gateway listens on [server] port (ORIEL_SERVER_PORT), the others on [health] port (ORIEL_HEALTH_PORT)';

/** An address that can be opened on this machine: a wildcard address is shown as the loopback one. */
function urlOf({ address, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
