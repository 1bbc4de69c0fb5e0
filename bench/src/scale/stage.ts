/** Some cameras and the services between them and viewers, whose number can be changed while it runs. */
import type { CameraOptions } from '@oriel/camera';
import { type LocalStack, startLocalStack } from '@oriel/local-stack';
import type { ServiceName } from '@oriel/model';
import type { CameraMethods } from '../children/camera-process.ts';
import { RemoteProcess } from '../children/remote-process.ts';
import { localConfig } from '../local-config.ts';
import { until } from '../until.ts';

/** How many processes of each. */
export type Counts = Readonly<Record<ServiceName, number>>;

export interface StageOptions {
  readonly cameras: number;
  /** How many of them have a rhythm of their own; the others are sessions with the same ones. Together, pictures cost less. */
  readonly rhythms: number;
  readonly camera: CameraOptions & Required<Pick<CameraOptions, 'width' | 'height' | 'framerate'>>;
  /** Where all cameras are read from, instead of the simulator. */
  readonly cameraUrl?: string | undefined;
  readonly quality: number;
  readonly counts: Counts;
  readonly signal: AbortSignal;
}

interface Instance {
  readonly service: ServiceName;
  readonly pid: number;
  readonly cameras: readonly string[];
  readonly healthy: boolean;
}

const BUFFER_SIZE_BYTES = 4_000_000;
/** Two heartbeats: what was true before a change is not taken for its result. */
const HEARTBEATS_MS = 2_000;
const SHARE_TOLERANCE = 0.1;

export class Stage {
  readonly options: StageOptions;
  readonly stack: LocalStack;
  readonly cameraPid: number;
  readonly cameraIds: readonly string[];

  private constructor(options: StageOptions, stack: LocalStack, cameraPid: number, cameraIds: readonly string[]) {
    this.options = options;
    this.stack = stack;
    this.cameraPid = cameraPid;
    this.cameraIds = cameraIds;
  }

  /** Nothing is left of it when `task` has ended, or the signal has been aborted. */
  static async play<T>(options: StageOptions, task: (stage: Stage) => Promise<T>): Promise<T> {
    const { cameras, rhythms, camera, cameraUrl, counts, quality, signal } = options;
    const cameraIds = Array.from({ length: cameras }, (_, index) => `cam-${index + 1}`);
    const cameraProcess = new RemoteProcess<CameraMethods>('camera-process', signal);
    let stack: LocalStack | undefined;
    try {
      const urls: string[] = [];
      while (urls.length < rhythms) urls.push(cameraUrl ?? (await cameraProcess.call('start', camera)));
      const shown = { bufferSizeBytes: BUFFER_SIZE_BYTES, framerate: camera.framerate, quality };
      stack = await startLocalStack({
        config: localConfig(cameraIds.map((id, index) => ({ id, url: urls[index % rhythms] ?? '', ...shown }))),
        ingests: counts.ingest,
        transcoders: counts.transcoder,
        gateways: counts.gateway,
        // A signal of its own, as the stack listens to it for good.
        signal: AbortSignal.any([signal]),
      });
      const stage = new Stage(options, stack, cameraProcess.pid, cameraIds);
      await stage.everyCameraIsLive();
      return await task(stage);
    } finally {
      await stack?.stop();
      await cameraProcess.end();
    }
  }

  get counts(): Counts {
    const count = (kind: ServiceName) => this.namesOf(kind).length;
    return { ingest: count('ingest'), transcoder: count('transcoder'), gateway: count('gateway') };
  }

  /** Names of the processes of a service, oldest first. */
  namesOf(kind: ServiceName): readonly string[] {
    return this.stack.services.map(({ name }) => name).filter((name) => name.startsWith(`${kind}-`));
  }

  /** Starts more, or ends the newest in order; resolves when all that remain are ready. */
  async scale(kind: ServiceName, count: number): Promise<void> {
    const names = this.namesOf(kind);
    const missing = Array.from({ length: Math.max(0, count - names.length) }, () => this.stack.add(kind));
    await Promise.all([...missing, ...names.slice(count).map((name) => this.stack.remove(name))]);
  }

  pids(): ReadonlyMap<string, number> {
    const processes = [...this.stack.services, this.stack.controlRedis, this.stack.mediaRedis];
    return new Map(processes.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid] as const])));
  }

  /** What the gateway says of every process. */
  async instances(): Promise<readonly Instance[]> {
    return (await this.#get<{ instances: readonly Instance[] }>('/api/system')).instances;
  }

  /** Ids of the cameras that each process of a service holds, by its pid. */
  async held(kind: 'ingest' | 'transcoder'): Promise<ReadonlyMap<number, readonly string[]>> {
    const instances = (await this.instances()).filter(({ service }) => service === kind);
    return new Map(instances.map(({ pid, cameras }) => [pid, cameras]));
  }

  /**
   * Resolves once that many cameras are held, by all processes of the service, and their numbers differ by no more than one, or by
   * a tenth of a share: cameras are shared out by what they cost, and that differs a little among cameras alike.
   */
  async isShared(kind: 'ingest' | 'transcoder', cameras: number): Promise<void> {
    const sinceMs = performance.now();
    await until(
      async () => {
        if (performance.now() - sinceMs < HEARTBEATS_MS) return false;
        const numbers = [...(await this.held(kind)).values()].map(({ length }) => length);
        const total = numbers.reduce((sum, number) => sum + number, 0);
        const spread = Math.max(...numbers) - Math.min(...numbers);
        const isEven = spread <= Math.max(1, SHARE_TOLERANCE * (total / numbers.length));
        return numbers.length === this.namesOf(kind).length && total === cameras && isEven;
      },
      {
        what: `${cameras} cameras to be shared out among ${this.namesOf(kind).length} of ${kind}`,
        signal: this.#signal,
      },
    );
  }

  async everyCameraIsLive(): Promise<void> {
    await until(
      async () => {
        const cameras = await this.#get<readonly { readonly state: string }[]>('/api/cameras');
        return cameras.every(({ state }) => state === 'live');
      },
      { what: 'every camera to be live', signal: this.#signal },
    );
  }

  get #signal(): AbortSignal {
    return this.options.signal;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.stack.url + path, { signal: AbortSignal.timeout(5000) });
    return (await response.json()) as T;
  }
}
