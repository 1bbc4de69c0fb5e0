import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import { type ConfigSource, configFilePath, loadConfig } from './load-config.ts';
import type { OrielConfig } from './oriel-config.ts';

export interface ConfigListener {
  /** The file was changed, and this is what it says now, together with the environment. */
  onConfig(config: OrielConfig): void;
  /** The file was changed, and now has faults; what it said before goes on. */
  onFaults(error: ConfigError): void;
}

/**
 * Reads the configuration again when its file changes. To be made before the configuration is first loaded, so that no change falls between.
 *
 * It looks at the file's times instead of asking the system to be told: that works on network shares, for files mounted into containers, and
 * with editors that put a new file in the old one's place.
 */
export class ConfigWatch {
  readonly #source: ConfigSource;
  readonly #path: string;
  readonly #intervalMs: number;
  #known: string;
  #timer: NodeJS.Timeout | undefined;

  /** @param intervalMs how often the file is looked at [2000] */
  constructor(source: ConfigSource = {}, intervalMs = INTERVAL_MS) {
    this.#source = source;
    this.#intervalMs = intervalMs;
    this.#path = configFilePath(source);
    this.#known = signatureOf(statSync(this.#path, { throwIfNoEntry: false }));
  }

  start(listener: ConfigListener): void {
    this.#timer = setInterval(() => void this.#look(listener), this.#intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Never rejects: a file that cannot be looked at counts as gone, and loading it then says why. */
  async #look(listener: ConfigListener): Promise<void> {
    const signature = signatureOf(await stat(this.#path).catch(() => undefined));
    if (signature === this.#known || this.#timer === undefined) return;
    this.#known = signature;
    let config: OrielConfig;
    try {
      config = loadConfig(this.#source);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      listener.onFaults(error);
      return;
    }
    listener.onConfig(config);
  }
}

function signatureOf(stats: Stats | undefined): string {
  return stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

/** Whoever saves the file looks up at the page within a few seconds. */
const INTERVAL_MS = 2_000;
