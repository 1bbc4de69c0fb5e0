import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrielConfig } from '@oriel/config';
import {
  ControlConnection,
  createSharedClock,
  type LeaseOffers,
  type LeaseWorkerOptions,
  MemoryCatalog,
  offerCatalog,
  RedisInstanceBoard,
  RedisLeaseOffers,
  RedisLeaseWorker,
  type RedisSharedClock,
} from '@oriel/control';
import { RedisMediaBus } from '@oriel/media-bus';
import type { LeaseQueueName, ServiceName } from '@oriel/model';
import { createLogger, createMetrics, type Logger, type Registry } from '@oriel/observability';
import { InstanceHeartbeat, type ServiceReport } from './instance-heartbeat.ts';
import { problemOf, type Readiness, type ReadinessCheck } from './readiness.ts';
import { redisChecks } from './redis-health.ts';
import { Rounds } from './rounds.ts';
import { ServiceLife } from './service-life.ts';

export interface ServiceContextOptions {
  readonly service: ServiceName;
  readonly version: string;
  readonly config: OrielConfig;
  /** @defaultValue the service, the host's name and a random part */
  readonly instanceId?: string;
  /** @defaultValue JSON lines on stdout */
  readonly logger?: Logger;
  /** @defaultValue a new one with the process' own metrics */
  readonly registry?: Registry;
}

/** What every service has: identity, connections, clock, and the life of its parts. */
export class ServiceContext {
  readonly service: ServiceName;
  readonly instanceId: string;
  readonly version: string;
  readonly config: OrielConfig;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Cameras of the configuration file, kept up to date. */
  readonly cameras: MemoryCatalog;
  readonly control: ControlConnection;
  readonly media: RedisMediaBus;
  readonly sharedClock: RedisSharedClock;
  readonly instanceBoard: RedisInstanceBoard;
  /** Stops its parts in the reverse order they were added. The connections are the first parts. */
  readonly life: ServiceLife;
  readonly heartbeat: InstanceHeartbeat;
  readonly #checks: Record<string, ReadinessCheck>;
  readonly #reports: (() => ServiceReport)[] = [];

  constructor(options: ServiceContextOptions) {
    const { service, config, version } = options;
    this.service = service;
    this.instanceId = options.instanceId ?? newInstanceId(service);
    this.version = version;
    this.config = config;
    this.cameras = new MemoryCatalog(config.cameras);
    const identity = { service, instanceId: this.instanceId };
    this.logger = options.logger ?? createLogger(identity);
    this.registry = options.registry ?? createMetrics(identity);
    const onError = (error: Error) => this.logger.debug({ err: error }, 'redis');
    this.control = new ControlConnection({ redis: config.redis.controlUrl, onError });
    this.media = new RedisMediaBus({
      redis: config.redis.mediaUrl,
      onError,
      onStateChange: (state) => this.logger.info({ state }, 'redis-media'),
    });
    this.sharedClock = createSharedClock(this.control, this.logger);
    this.instanceBoard = new RedisInstanceBoard(this.control);
    this.#checks = redisChecks(this);
    this.heartbeat = new InstanceHeartbeat({
      board: this.instanceBoard,
      logger: this.logger,
      identity: { id: this.instanceId, service, version },
      sharedClock: this.sharedClock,
      report: () => Object.assign({}, ...this.#reports.map((report) => report())),
      // The heartbeat itself shows whether Redis (control) is up.
      problem: () => problemOf(withoutControl(this.#checks)),
    });
    this.life = new ServiceLife(this.logger);
    this.life.add(
      { name: 'redis-control', stop: () => atMost(CLOSE_DEADLINE_MS, this.control.close()) },
      { name: 'redis-media', stop: () => this.media.close() },
      // Not awaited: health and page answer while Redis is away. A part that needs the shared time to stamp with awaits
      // it itself.
      { name: 'clock', start: () => void this.sharedClock.start(), stop: () => this.sharedClock.close() },
    );
  }

  /** Checks of everything that this service needs to do its work. */
  get readiness(): Readiness {
    return this.#checks;
  }

  /** Adds a check of something that this service cannot work without. */
  requires(name: string, check: ReadinessCheck): void {
    this.#checks[name] = check;
  }

  /** Adds to what the heartbeat reports of this service besides its health. */
  reports(report: () => ServiceReport): void {
    this.#reports.push(report);
  }

  /**
   * Takes leases of this queue from now on in the life of the service, and reports the cameras held. While the media Redis does not answer here, they
   * move to other workers.
   */
  leaseWorker(options: Pick<LeaseWorkerOptions, 'queue' | 'maxLeases' | 'capacity' | 'run'>): RedisLeaseWorker {
    const onRunFailed = (cameraId: string, error: unknown) => this.logger.warn({ cameraId, err: error }, 'lease ended');
    const worker = new RedisLeaseWorker(
      { connection: this.control, onRunFailed, logger: this.logger },
      {
        ...options,
        instanceId: this.instanceId,
        reaches: () => this.media.ping(),
      },
    );
    this.reports(() => ({ cameras: worker.held, maxCameras: options.maxLeases }));
    this.life.add({ name: `${options.queue} leases`, start: () => worker.start(), stop: () => worker.close() });
    return worker;
  }

  /** Offers the leases of this queue for the cameras of the catalog, and withdraws those of cameras that went, at once when it changes. */
  offerCatalog(queue: LeaseQueueName): void {
    const offers = this.leaseOffers();
    this.life.add(
      new Rounds({
        name: `offer the ${queue} leases of cameras`,
        logger: this.logger,
        cameras: this.cameras,
        round: () => offerCatalog(this.cameras, offers, queue),
      }),
    );
  }

  leaseOffers(): LeaseOffers {
    return new RedisLeaseOffers(this.control);
  }
}

export function newInstanceId(service: ServiceName): string {
  return `${service}-${hostname()}-${randomBytes(3).toString('hex')}`;
}

function withoutControl({ 'redis-control': _, ...others }: Readonly<Record<string, ReadinessCheck>>): Readiness {
  return others;
}

/** Closing between two connection attempts would wait until a Redis that is away comes back. */
const CLOSE_DEADLINE_MS = 1_000;

function atMost(deadlineMs: number, closed: Promise<void>): Promise<void> {
  return Promise.race([closed, delay(deadlineMs, undefined, { ref: false })]);
}
