import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@oriel/testing';
import { docker, dockerLines, RESULTS } from './engine.ts';

export interface SwarmStackOptions {
  readonly toml: string;
  readonly redisPassword: string;
  readonly transcoderCores: number;
  /** Arguments of the camera simulator. */
  readonly camera: readonly string[];
}

/** docker/swarm.yml, with the camera simulator beside it, under a name and a port of its own. */
export class SwarmStack {
  readonly name = `oriel-test-${randomBytes(3).toString('hex')}`;
  readonly url: string;
  readonly #options: SwarmStackOptions;
  readonly #scratch = mkdtempSync(join(tmpdir(), 'oriel-swarm-'));
  readonly #env: NodeJS.ProcessEnv;
  #isRemoved = false;

  private constructor(options: SwarmStackOptions, ports: readonly [http: number, https: number]) {
    this.#options = options;
    this.url = `http://127.0.0.1:${ports[0]}`;
    this.#env = {
      ...process.env,
      ORIEL_HTTP_PORT: String(ports[0]),
      ORIEL_HTTPS_PORT: String(ports[1]),
      ORIEL_AUTH: 'none',
      ORIEL_CONFIG_FILE: join(this.#scratch, 'config.toml'),
      ORIEL_CONFIG_VERSION: this.name,
      ORIEL_REDIS_PASSWORD_SECRET: this.#passwordSecret,
      ORIEL_TRANSCODER_CORES: String(options.transcoderCores),
    };
  }

  static async create(options: SwarmStackOptions): Promise<SwarmStack> {
    return new SwarmStack(options, [await freePort(), await freePort()]);
  }

  /** Resolves when every task runs and is healthy. */
  async deploy(): Promise<void> {
    writeFileSync(join(this.#scratch, 'config.toml'), this.#options.toml);
    const password = join(this.#scratch, 'password');
    writeFileSync(password, this.#options.redisPassword);
    await docker(['secret', 'create', this.#passwordSecret, password]);
    const camera = {
      image: `oriel/camera:${process.env['ORIEL_VERSION']}`,
      command: ['node', 'dist/main.js', '--host=0.0.0.0', '--port=8554', ...this.#options.camera],
      networks: ['front'],
      // The image asks the health endpoint of a service, which this is not.
      healthcheck: { disable: true },
      deploy: { endpoint_mode: 'dnsrr' },
    };
    const file = join(this.#scratch, 'camera.yml');
    writeFileSync(file, JSON.stringify({ services: { camera } }));
    // Never: nothing asks a registry for what only this engine has.
    const args = ['--resolve-image', 'never', '-c', 'docker/swarm.yml', '-c', file, this.name];
    await docker(['stack', 'deploy', ...args], this.#env);
    await this.allRun();
  }

  /** Resolves when every service has the tasks that it should have, healthy. */
  async allRun(): Promise<void> {
    await waitFor(
      async () => {
        const replicas = await dockerLines(['stack', 'services', '--format', '{{.Replicas}}', this.name]);
        return replicas.length > 0 && replicas.every((text) => /^(\d+)\/\1\b/.test(text));
      },
      { what: 'every task of the stack', deadlineMs: 120_000, intervalMs: 200 },
    );
  }

  /** Waits until the new tasks are healthy. */
  async scale(service: string, replicas: number): Promise<void> {
    await docker(['service', 'scale', '--detach', `${this.name}_${service}=${replicas}`]);
    await this.allRun();
  }

  /** One new task after the other in place of the old ones, as a new version would come. Waits until all are replaced. */
  replaceTasks(service: string): Promise<void> {
    return this.#update(service, '--force');
  }

  /** New tasks that may use so many cores each, in place of the old ones. */
  limitCores(service: string, cores: number): Promise<void> {
    return this.#update(service, `--limit-cpu=${cores.toFixed(3)}`);
  }

  /** Containers of the service that run, newest first. */
  containers(service: string): Promise<string[]> {
    return dockerLines(['ps', '-q', '--filter', `label=com.docker.swarm.service.name=${this.name}_${service}`]);
  }

  /** Keeps what the services have written, and takes away everything that belongs to the stack. Does nothing the second time. */
  async remove(): Promise<void> {
    if (this.#isRemoved) return;
    this.#isRemoved = true;
    await this.#keepLogs();
    await docker(['stack', 'rm', this.name]);
    await waitFor(async () => (await this.remains()).length === 0, {
      what: 'nothing left of the stack',
      deadlineMs: 60_000,
      intervalMs: 200,
    });
    await docker(['secret', 'rm', this.#passwordSecret]);
    const volumes = await dockerLines(['volume', 'ls', '-q', ...this.#filter]);
    if (volumes.length > 0) await docker(['volume', 'rm', ...volumes]);
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** Containers, services and networks of the stack. */
  async remains(): Promise<string[]> {
    const lists = [
      ['ps', '-aq'],
      ['service', 'ls', '-q'],
      ['network', 'ls', '-q'],
    ];
    return (await Promise.all(lists.map((list) => dockerLines([...list, ...this.#filter])))).flat();
  }

  async #update(service: string, change: string): Promise<void> {
    const name = `${this.name}_${service}`;
    await docker(['service', 'update', change, '--detach', name]);
    await waitFor(
      async () => {
        const [state] = await dockerLines(['service', 'inspect', '--format', '{{.UpdateStatus.State}}', name]);
        if (state === 'completed') return true;
        if (state !== 'updating') throw new Error(`The update of ${service} is ${state}`);
        return false;
      },
      { what: `new tasks of ${service}`, deadlineMs: 120_000, intervalMs: 200 },
    );
  }

  get #filter(): string[] {
    return ['--filter', `label=com.docker.stack.namespace=${this.name}`];
  }

  get #passwordSecret(): string {
    return `${this.name}-redis-password`;
  }

  async #keepLogs(): Promise<void> {
    mkdirSync(RESULTS, { recursive: true });
    const services = await dockerLines(['stack', 'services', '--format', '{{.Name}}', this.name]);
    for (const service of services) {
      const { stdout, stderr } = await docker(['service', 'logs', '--timestamps', '--no-trunc', service]);
      writeFileSync(join(RESULTS, `swarm-${service.slice(this.name.length + 1)}.log`), stdout + stderr);
    }
  }
}
