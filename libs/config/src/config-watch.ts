import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import { type ConfigSource, configFilePath, loadConfig } from './load-config.ts';
import type { OrielConfig } from './oriel-config.ts';

export interface ConfigListener {
  /** The file has changed, and this is the configuration now, environment included. */
  onConfig(config: OrielConfig): void;
  /** The file has changed and now has faults. The previous configuration stays in force. */
  onFaults(error: ConfigError): void;
}

/**
 * Reloads the configuration when its file changes. Create it before the configuration is first loaded, so that no
 * change is missed.
 *
 * Polls the file's times instead of using file system events. That works on network shares, for files mounted into
 * containers, and with editors that replace the file.
 */
export class ConfigWatch {
  readonly #source: ConfigSource;
  readonly #path: string;
  readonly #intervalMs: number;
  #known: string;
  #timer: NodeJS.Timeout | undefined;

  /** @param intervalMs poll interval [2000] */
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

  /** Never rejects: an unreadable file counts as gone, and loading it then reports why. */
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

/** Whoever saves the file looks at the page within a few seconds. */
const INTERVAL_MS = 2_000;
