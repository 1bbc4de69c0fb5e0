import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@oriel/testing';
import {
  type CommandOutput,
  docker,
  dockerLines,
  haveMediaMtx,
  type InspectedContainer,
  inspectContainers,
  REPOSITORY,
  RESULTS,
} from './engine.ts';
import { freePortRange } from './free-port-range.ts';

export interface ComposeStackOptions {
  /** Part of the project's name, and of its log file's. */
  readonly name: string;
  /** Instead of docker/config.toml. */
  readonly toml?: string;
  /** `simulator` draws the time into its pictures; `default` is what the Compose file has, if its image can be had. */
  readonly camera: 'default' | 'simulator';
  readonly env?: Readonly<Record<string, string>>;
}

/** docker-compose.yml under a project name and ports of its own. Everything that its containers write is kept in test-results/containers. */
export class ComposeStack {
  readonly project: string;
  readonly url: string;
  readonly httpsUrl: string;
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #scratch: string;
  readonly #files: readonly string[];
  #logs: ChildProcess | undefined;

  private constructor(options: ComposeStackOptions, ports: Readonly<Record<string, string>>) {
    this.project = `oriel-test-${options.name}-${randomBytes(3).toString('hex')}`;
    this.url = `http://127.0.0.1:${ports['ORIEL_HTTP_PORT']}`;
    this.httpsUrl = `https://localhost:${ports['ORIEL_HTTPS_PORT']}`;
    this.#scratch = mkdtempSync(join(tmpdir(), 'oriel-containers-'));
    const config = join(this.#scratch, 'config.toml');
    if (options.toml !== undefined) writeFileSync(config, options.toml);
    this.env = {
      ...process.env,
      ...ports,
      ...(options.toml === undefined ? {} : { ORIEL_CONFIG_FILE: config, ORIEL_RTSP_URL: '' }),
      ORIEL_AUTH: 'none',
      ...options.env,
    };
    const isStandIn = options.camera === 'simulator' || !haveMediaMtx;
    this.#files = ['docker-compose.yml', ...(isStandIn ? ['docker/camera-simulator.yml'] : [])];
    mkdirSync(RESULTS, { recursive: true });
    this.logFile = join(RESULTS, `${options.name}.log`);
  }

  static async create(options: ComposeStackOptions): Promise<ComposeStack> {
    const [http, https, range] = [await freePort(), await freePort(), await freePortRange(30)];
    const part = (index: number) => `${range + index * 10}-${range + index * 10 + 9}`;
    return new ComposeStack(options, {
      ORIEL_HTTP_PORT: String(http),
      ORIEL_HTTPS_PORT: String(https),
      ORIEL_INGEST_PORTS: part(0),
      ORIEL_TRANSCODER_PORTS: part(1),
      ORIEL_GATEWAY_PORTS: part(2),
    });
  }

  /** `docker compose …` of this project. @param env wins over what the project was made with */
  compose(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandOutput> {
    return docker(this.#composeArguments(args), { ...this.env, ...env });
  }

  /** `docker compose up -d …` */
  async up(args: readonly string[] = ['--wait'], env: Readonly<Record<string, string>> = {}): Promise<void> {
    const started = this.compose(['up', '-d', ...args], env);
    await started.finally(() => this.#followLogs());
  }

  async containers(service?: string): Promise<InspectedContainer[]> {
    const filters = [`label=com.docker.compose.project=${this.project}`];
    if (service !== undefined) filters.push(`label=com.docker.compose.service=${service}`);
    return inspectContainers(await dockerLines(['ps', '-aq', ...filters.flatMap((filter) => ['--filter', filter])]));
  }

  /** The only container of a service. */
  async container(service: string): Promise<InspectedContainer> {
    const [container, second] = await this.containers(service);
    if (container === undefined || second !== undefined) throw new Error(`${service} has not exactly one container`);
    return container;
  }

  /** Undefined when all containers run and are healthy; else which are not. */
  async unhealthy(): Promise<string | undefined> {
    const bad = (await this.containers()).filter(({ State }) => State.Health?.Status !== 'healthy');
    return bad.length === 0 ? undefined : bad.map(({ Name, State }) => `${Name} ${State.Status}`).join(', ');
  }

  /** Takes everything away that belongs to the project. */
  async down(): Promise<void> {
    await this.compose(['down', '-v', '--remove-orphans', '--timeout', '10']);
    this.#logs?.kill('SIGTERM');
    this.#logs = undefined;
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** What is left of the project on the engine. */
  async remains(): Promise<string[]> {
    const filter = ['--filter', `label=com.docker.compose.project=${this.project}`];
    const lists = [
      ['ps', '-a', '--format', 'container {{.Names}}'],
      ['network', 'ls', '--format', 'network {{.Name}}'],
      ['volume', 'ls', '--format', 'volume {{.Name}}'],
    ];
    return (await Promise.all(lists.map((list) => dockerLines([...list, ...filter])))).flat();
  }

  #composeArguments(args: readonly string[]): string[] {
    return ['compose', '-p', this.project, ...this.#files.flatMap((file) => ['-f', file]), ...args];
  }

  /** From the first line on, of containers that come later too. */
  #followLogs(): void {
    if (this.#logs !== undefined) return;
    const args = this.#composeArguments(['logs', '--follow', '--no-color', '--timestamps']);
    const file = createWriteStream(this.logFile);
    this.#logs = spawn('docker', args, { cwd: REPOSITORY, env: this.env, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#logs.stdout?.pipe(file);
  }
}
