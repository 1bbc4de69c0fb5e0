/**
 * Runs all of Oriel as plain processes on this machine: two private Redis servers, the services, and a test camera if
 * none is configured.
 */
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { configToToml, type OrielConfig } from '@oriel/config';
import { type CameraSettings, SERVICE_NAMES, type ServiceName } from '@oriel/model';
import { isCameraBuilt, planCamera } from './camera-plan.ts';
import { GuardClient } from './guard-client.ts';
import { LogFiles } from './log-files.ts';
import { planRedis } from './redis-plan.ts';
import { missingBuilds, ServicePlan } from './service-plan.ts';
import { failureOf, type StackProcess, viewOf } from './stack-process.ts';
import { type Launch, SupervisedProcess, type SupervisedProcessDeps } from './supervised-process.ts';

export interface LocalStackOptions {
  /** Configuration of the services. The private servers' addresses replace those of Redis. */
  readonly config: OrielConfig;
  /** Number of processes of each service [1]. */
  readonly ingests?: number;
  readonly transcoders?: number;
  readonly gateways?: number;
  /** Port of the first gateway; 0 picks a free one. @defaultValue that of the configuration */
  readonly port?: number;
  /** Where the control Redis keeps its data for the next start; without it, nothing is kept. */
  readonly dataDir?: string;
  /** Directory to which each process writes `<name>.log`. */
  readonly logDir?: string;
  readonly onLog?: (name: string, line: string) => void;
  /** Called when a process is ready for the first time. */
  readonly onReady?: (name: string) => void;
  /** Called when a process ends unexpectedly. It is restarted. */
  readonly onExit?: (name: string, how: string) => void;
  /** Stops the stack, even while it starts. */
  readonly signal?: AbortSignal;
  /** Deadline for all processes to be ready [60000]. */
  readonly startDeadlineMs?: number;
  /** Address on which the Redis servers listen besides loopback, for example for a process in another network. */
  readonly redisHost?: string;
  /**
   * Changes how a process is started, for example in another network or with another clock. Called before each start.
   */
  readonly launch?: (name: string, launch: Launch, redis: RedisUrls) => Launch;
}

export interface RedisUrls {
  readonly controlUrl: string;
  readonly mediaUrl: string;
}

export interface LocalStack {
  /** Address of the first gateway, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Addresses of all gateways. */
  readonly urls: readonly string[];
  readonly controlRedis: StackProcess & { readonly url: string };
  readonly mediaRedis: StackProcess & { readonly url: string };
  readonly services: readonly StackProcess[];
  /** The configured cameras, or else the test camera. */
  readonly cameras: readonly CameraSettings[];
  /** Pid of the process that cleans up if this one is killed. */
  readonly guardPid: number | undefined;
  process(name: string): StackProcess;
  /** Resolves when all processes are ready; call again after a kill. */
  ready(deadlineMs?: number): Promise<void>;
  /** Replaces the cameras; services notice within 2 s. An empty list brings back the test camera, where that was started. */
  setCameras(cameras: readonly CameraSettings[]): void;
  /** Starts one more process of a service; resolves when it is ready. */
  add(kind: ServiceName): Promise<StackProcess>;
  /** Stops a process in order and does not restart it. */
  remove(name: string): Promise<void>;
  /** Stops everything, services first; resolves when nothing is left. */
  stop(): Promise<void>;
}

/** @throws StackError in plain words if a process cannot be started; nothing is left running then */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const stack = new Stack(options);
  try {
    options.signal?.throwIfAborted();
    await stack.start();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Says why a stack did not come up, in words for the person who started it. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

const START_DEADLINE_MS = 60_000;
/** Longer than the 10 s in which a service ends on its own. */
const SERVICE_DEADLINE_MS = 12_000;
const REDIS_DEADLINE_MS = 5000;
const POLL_MS = 50;
/** A process that crashes this often before it was ever ready will not become ready. */
const MAX_CRASHES_AT_START = 3;
/** What Redis needs besides the pictures it holds. */
const MEDIA_BASE_BYTES = 256 * 1024 * 1024;

class Stack implements LocalStack {
  readonly #options: LocalStackOptions;
  readonly #privateDir = mkdtempSync(join(tmpdir(), 'oriel-'));
  readonly #guard = new GuardClient(this.#privateDir);
  readonly #logFiles: LogFiles;
  readonly #entries: { process: SupervisedProcess; view: StackProcess; plan: ServicePlan | undefined }[] = [];
  readonly #configFile = join(this.#privateDir, 'config.toml');
  readonly #numbers: Record<ServiceName, number> = { ingest: 0, transcoder: 0, gateway: 0 };
  #cameras: readonly CameraSettings[] = [];
  /** The one that was started because none is configured. */
  #testCameras: readonly CameraSettings[] = [];
  #controlUrl = '';
  #mediaUrl = '';
  #stopping: Promise<void> | undefined;

  constructor(options: LocalStackOptions) {
    this.#options = options;
    this.#logFiles = new LogFiles(options.logDir);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => void this.stop();

  get url(): string {
    return this.urls[0] ?? '';
  }

  get urls(): readonly string[] {
    return this.#entries.flatMap(({ plan }) => (plan?.kind === 'gateway' && plan.url !== undefined ? [plan.url] : []));
  }

  get controlRedis(): StackProcess & { readonly url: string } {
    return Object.assign(Object.create(this.process('redis-control')), { url: this.#controlUrl });
  }

  get mediaRedis(): StackProcess & { readonly url: string } {
    return Object.assign(Object.create(this.process('redis-media')), { url: this.#mediaUrl });
  }

  get services(): readonly StackProcess[] {
    return this.#entries.flatMap(({ plan, view }) => (plan === undefined ? [] : [view]));
  }

  get cameras(): readonly CameraSettings[] {
    return this.#cameras;
  }

  get guardPid(): number | undefined {
    return this.#guard.pid;
  }

  process(name: string): StackProcess {
    const found = this.#entries.find(({ process }) => process.name === name);
    if (found === undefined) throw new TypeError(`there is no process ${name}`);
    return found.view;
  }

  async start(): Promise<void> {
    const { config, dataDir } = this.#options;
    this.#refuseMissingBuilds();
    await this.#guard.ready();
    const privateDir = this.#privateDir;
    const shared = { privateDir, ...(this.#options.redisHost === undefined ? {} : { host: this.#options.redisHost }) };
    const pictureBytes = config.cameras.reduce((sum, { bufferSizeBytes }) => sum + bufferSizeBytes, 0);
    const control = await planRedis({
      name: 'redis-control',
      ...shared,
      ...(dataDir === undefined ? {} : { dataDir: join(dataDir, 'redis') }),
    });
    // The maximum that cameras may take; few take a tenth of it. This Redis must not take the whole machine.
    const maxMemoryBytes = Math.min(MEDIA_BASE_BYTES + 2 * pictureBytes, Math.floor(totalmem() / 2));
    const media = await planRedis({ name: 'redis-media', ...shared, maxMemoryBytes });
    this.#controlUrl = control.url;
    this.#mediaUrl = media.url;
    this.#supervise(control.plan);
    this.#supervise(media.plan);
    if (config.cameras.length === 0) this.#testCameras = [await this.#startTestCamera()];
    this.#cameras = config.cameras.length > 0 ? config.cameras : this.#testCameras;
    await this.ready(this.#options.startDeadlineMs);
    await this.#startServices();
    await this.ready(this.#options.startDeadlineMs);
  }

  async ready(deadlineMs = START_DEADLINE_MS): Promise<void> {
    const deadlineAtMs = Date.now() + deadlineMs;
    await Promise.all(this.#entries.map(({ process }) => this.#untilReady(process, deadlineAtMs)));
  }

  async add(kind: ServiceName): Promise<StackProcess> {
    const process = this.#startService(kind);
    await this.#untilReady(process, Date.now() + START_DEADLINE_MS);
    return this.process(process.name);
  }

  setCameras(cameras: readonly CameraSettings[]): void {
    this.#cameras = cameras.length > 0 ? cameras : this.#testCameras;
    this.#writeConfig();
  }

  async remove(name: string): Promise<void> {
    const entry = this.#entries.find(({ process }) => process.name === name);
    if (entry === undefined) return;
    await entry.process.stop(SERVICE_DEADLINE_MS);
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    const isRedis = ({ process }: { process: SupervisedProcess }) => process.name.startsWith('redis-');
    const others = this.#entries.filter((entry) => !isRedis(entry));
    await Promise.all(others.map(({ process }) => process.stop(SERVICE_DEADLINE_MS)));
    await Promise.all(this.#entries.filter(isRedis).map(({ process }) => process.stop(REDIS_DEADLINE_MS)));
    // Also removes the private directory.
    await this.#guard.close();
    await this.#logFiles.close();
  }

  get #counts(): Readonly<Record<ServiceName, number>> {
    const { ingests = 1, transcoders = 1, gateways = 1 } = this.#options;
    return { ingest: ingests, transcoder: transcoders, gateway: gateways };
  }

  #refuseMissingBuilds(): void {
    const { config } = this.#options;
    const counts = this.#counts;
    const kinds = SERVICE_NAMES.filter((kind) => counts[kind] > 0);
    const missing: string[] = missingBuilds(kinds);
    if (config.cameras.length === 0 && !isCameraBuilt()) missing.push('camera');
    if (missing.length > 0) throw new StackError(`not built: ${missing.join(', ')}. Run "npm run build".`);
  }

  async #startTestCamera(): Promise<CameraSettings> {
    const { url, plan } = await planCamera();
    this.#supervise(plan);
    return { ...TEST_CAMERA, source: { ...TEST_CAMERA.source, url } };
  }

  async #startServices(): Promise<void> {
    this.#writeConfig();
    const counts = this.#counts;
    for (const kind of SERVICE_NAMES) for (let number = 1; number <= counts[kind]; number++) this.#startService(kind);
  }

  /** Replaces the file atomically, because services reload it when it changes. */
  #writeConfig(): void {
    const redis = { controlUrl: this.#controlUrl, mediaUrl: this.#mediaUrl };
    const text = configToToml({ ...this.#options.config, redis, cameras: this.#cameras });
    const next = `${this.#configFile}.next`;
    writeFileSync(next, text, { mode: 0o600 });
    renameSync(next, this.#configFile);
  }

  #startService(kind: ServiceName): SupervisedProcess {
    const { config, port = config.server.port } = this.#options;
    const number = ++this.#numbers[kind];
    const host = kind === 'gateway' ? config.server.host : '127.0.0.1';
    const ownPort = kind === 'gateway' && number === 1 ? port : 0;
    const name = `${kind}-${number}`;
    return this.#supervise(new ServicePlan({ kind, name, configFile: this.#configFile, host, port: ownPort }));
  }

  #supervise(plan: ConstructorParameters<typeof SupervisedProcess>[0]): SupervisedProcess {
    if (this.#stopping !== undefined) throw new StackError('stopped while starting');
    const deps: SupervisedProcessDeps = {
      guard: this.#guard,
      onLine: (name, line) => {
        this.#logFiles.write(name, line);
        this.#options.onLog?.(name, line);
      },
      onExit: (name, how) => this.#options.onExit?.(name, how),
      launch: (name, launch) => {
        const redis = { controlUrl: this.#controlUrl, mediaUrl: this.#mediaUrl };
        return this.#options.launch?.(name, launch, redis) ?? launch;
      },
    };
    const process = new SupervisedProcess(plan, deps);
    const service = plan instanceof ServicePlan ? plan : undefined;
    this.#entries.push({ process, view: viewOf(process, service), plan: service });
    process.start();
    return process;
  }

  async #untilReady(process: SupervisedProcess, deadlineAtMs: number): Promise<void> {
    for (;;) {
      const problem = await process.problem();
      if (problem === undefined) {
        this.#announce(process.name);
        return;
      }
      if (this.#stopping !== undefined) throw new StackError('stopped while starting');
      const hasGivenUp = !this.#announced.has(process.name) && process.crashesInARow >= MAX_CRASHES_AT_START;
      if (hasGivenUp || Date.now() > deadlineAtMs) throw new StackError(failureOf(process, problem));
      await delay(POLL_MS);
    }
  }

  readonly #announced = new Set<string>();

  #announce(name: string): void {
    if (this.#announced.has(name)) return;
    this.#announced.add(name);
    this.#options.onReady?.(name);
  }
}

/** The test camera without its address. */
const TEST_CAMERA: CameraSettings = {
  id: 'default',
  name: 'Test camera',
  source: { kind: 'rtsp', url: '', credentials: undefined, transport: 'tcp', reconnectIntervalMs: 1000 },
  bufferSizeBytes: 8_192_000,
  transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200 },
};
