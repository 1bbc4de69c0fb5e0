/** Plans to run one of our services from its build. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@oriel/model';
import type { ProcessPlan } from './supervised-process.ts';

export interface ServiceOptions {
  readonly kind: ServiceName;
  /** `ingest-1`, … */
  readonly name: string;
  /** Its complete configuration: nothing comes from this process' environment. */
  readonly configFile: string;
  readonly host: string;
  /** 0 for a free port, which it keeps across restarts. */
  readonly port: number;
}

/** Knows the service's address once it has reported that it listens. */
export class ServicePlan implements ProcessPlan {
  readonly name: string;
  readonly command = process.execPath;
  readonly args: readonly string[];
  readonly hasChannel = true;
  readonly endsLast = false;
  readonly #options: ServiceOptions;
  #url: string | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.name = options.name;
    this.args = ['--enable-source-maps', mainOf(options.kind)];
  }

  get kind(): ServiceName {
    return this.#options.kind;
  }

  /** Address of health and metrics, and of everything else for a gateway; undefined until it has listened. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Decoding and encoding share libuv's threads with everything else: one per core, and some for the rest. */
  readonly env = (): NodeJS.ProcessEnv => {
    const { kind, configFile, host, port } = this.#options;
    const section = kind === 'gateway' ? 'SERVER' : 'HEALTH';
    return {
      UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism() + 2)),
      ...environmentForServices(),
      ORIEL_CONFIG: configFile,
      [`ORIEL_${section}_HOST`]: host,
      [`ORIEL_${section}_PORT`]: this.#url === undefined ? String(port) : new URL(this.#url).port,
    };
  };

  readonly onMessage = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'listening') return;
    if ('url' in message && typeof message.url === 'string') this.#url = message.url;
  };

  readonly problem = async (): Promise<string | undefined> => {
    if (this.#url === undefined) return 'does not listen yet';
    const response = await fetch(`${this.#url}/health/ready`, { signal: AbortSignal.timeout(HEALTH_DEADLINE_MS) });
    const body = await response.text();
    return response.ok ? undefined : problemsIn(body);
  };
}

/** Names of services that have not been built. */
export function missingBuilds(kinds: Iterable<ServiceName>): ServiceName[] {
  return [...new Set(kinds)].filter((kind) => !existsSync(mainOf(kind)));
}

/** This process' environment without configuration variables: the services' file already contains them. */
export function environmentForServices(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS' && !CONFIG_VARIABLE.test(name));
  return Object.fromEntries(kept);
}

const CONFIG_VARIABLE = /^ORIEL_(AUTH|CONFIG|(SERVER|RTSP|TRANSCODING|REDIS|TRANSCODER|INGEST|HEALTH|CAMERA)_.*)$/;
/** Longer than the 2 s that readiness gives each of its checks. */
const HEALTH_DEADLINE_MS = 3000;

function mainOf(kind: ServiceName): string {
  return fileURLToPath(new URL(`../../../services/${kind}/dist/main.js`, import.meta.url));
}

/** The problems that Terminus reports, in one line. */
function problemsIn(body: string): string {
  try {
    const { error }: { error?: Record<string, { message?: string }> } = JSON.parse(body);
    const problems = Object.entries(error ?? {}).map(([name, { message }]) => message ?? name);
    return problems.join('; ') || 'is not ready';
  } catch {
    return 'is not ready';
  }
}
