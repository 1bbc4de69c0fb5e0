/**
 * Loads an {@link OrielConfig} from `config.toml` and the environment, or throws a {@link ConfigError} with every
 * fault.
 */
import 'reflect-metadata';
import { resolve } from 'node:path';
import { parseRedisUrl, withRedisPassword } from '@oriel/redis-connection/url';
import { readCameras } from './cameras.ts';
import { ConfigError } from './config-error.ts';
import { DEFAULT_FILE, isTable, readConfigFile, type Table } from './config-file.ts';
import { type Environment, EnvironmentReader } from './environment.ts';
import type { ConfigFault, OrielConfig } from './oriel-config.ts';
import { readSection } from './section-reader.ts';
import {
  HealthSection,
  IngestSection,
  RedisSection,
  RootSection,
  RtspSection,
  ServerSection,
  TranscoderSection,
  TranscodingSection,
} from './sections.ts';
import { readTrustedProxies } from './trusted-proxies.ts';
import { refuseUnknownKeys } from './unknown-keys.ts';

export interface ConfigSource {
  /** Directory of `config.toml`. @defaultValue the working directory */
  readonly cwd?: string;
  /** @defaultValue process.env */
  readonly env?: Environment;
  /** Used if neither file nor environment sets `auth`. @defaultValue 'required' */
  readonly authDefault?: OrielConfig['auth'];
}

/** @throws ConfigError with all faults at once; no message repeats a given value */
export function loadConfig({
  cwd = process.cwd(),
  env = process.env,
  authDefault = 'required',
}: ConfigSource = {}): OrielConfig {
  const faults: ConfigFault[] = [];
  const file = readConfigFile(cwd, env['ORIEL_CONFIG'] || undefined, faults);
  refuseUnknownKeys(file, faults);

  const environment = new EnvironmentReader(env, faults);
  const read = <T extends object>(name: string, section: T): T => {
    const table = name === '' ? file : tableOf(file, name, faults);
    readSection(section, { path: name, table, variablePart: name }, environment, faults);
    return section;
  };

  const root = read('', Object.assign(new RootSection(), { auth: authDefault }));
  const server = read('server', new ServerSection());
  const rtsp = read('rtsp', new RtspSection());
  const transcoding = read('transcoding', new TranscodingSection());
  const redis = read('redis', new RedisSection());
  const transcoder = read('transcoder', new TranscoderSection());
  const ingest = read('ingest', new IngestSection());
  const health = read('health', new HealthSection());
  const cameras = readCameras(file['cameras'], { rtsp, transcoding }, environment, faults);
  environment.refuseMisspelt();
  if (faults.length > 0) throw new ConfigError(faults);

  return {
    server: {
      host: server.host,
      port: server.port,
      trustedProxies: readTrustedProxies(server.trusted_proxies) ?? [],
    },
    cameras,
    auth: root.auth,
    redis: { controlUrl: redisUrl(redis.control_url, redis), mediaUrl: redisUrl(redis.media_url, redis) },
    transcoder: { engine: transcoder.engine, maxCameras: transcoder.max_cameras },
    ingest: { maxCameras: ingest.max_cameras },
    health: { host: health.host, port: health.port },
  };
}

/** Path of the configuration file, whether or not it exists. */
export function configFilePath({ cwd = process.cwd(), env = process.env }: ConfigSource = {}): string {
  return resolve(cwd, env['ORIEL_CONFIG'] || DEFAULT_FILE);
}

/** The secrets of a configuration, which no log may show. */
export function configSecrets({ cameras, redis }: OrielConfig): string[] {
  const redisPasswords = [redis.controlUrl, redis.mediaUrl].map((url) => parseRedisUrl(url).password ?? '');
  const cameraPasswords = cameras.map(({ source }) => source.credentials?.password ?? '');
  return [...redisPasswords, ...redisPasswords.map(encodeURIComponent), ...cameraPasswords].filter(
    (text) => text !== '',
  );
}

function redisUrl(url: string, { password }: RedisSection): string {
  return password === undefined ? url : withRedisPassword(url, password);
}

function tableOf(file: Table, name: string, faults: ConfigFault[]): Table {
  const table = file[name];
  if (table === undefined) return {};
  if (isTable(table)) return table;
  faults.push({ key: name, message: `must be a table, written [${name}]` });
  return {};
}
