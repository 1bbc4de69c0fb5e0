import { parseArgs } from 'node:util';
import type { CameraOptions, SourceOptions } from './camera-options.ts';
import type { ScheduledFault } from './fault-schedule.ts';
import type { FaultSettings } from './faults.ts';
import type { AuthenticationOptions } from './rtsp/authentication.ts';
import { SDP_VARIANTS } from './rtsp/sdp.ts';

export const HELP = `Usage: npm run camera -- [options]

An RTSP camera made of software: rtsp://127.0.0.1:8554/cam1 (TCP, UDP, or tunnelled through HTTP on the same port)

Picture
  --size WIDTHxHEIGHT      [1280x720]
  --framerate N            [30]
  --gop N|Ns               pictures, or seconds with an s, between keyframes [2s]
  --bitrate N              bits a second; k and M may follow [4M]
  --codec h264|h265        [h264]
  --slices N               slices a picture [1]
  --noise                  adds noise, so that the bit rate is really used
  --name TEXT              drawn in the picture [ORIEL CAMERA]
  --pre-encoded            encode a few seconds at start and replay them (the barcode is then stale)
  --clip FILE              play this file's H.264 or H.265 video over and over

Server
  --host ADDRESS           [127.0.0.1]
  --port N                 0 takes a free one [8554]
  --cameras N              serve /cam1 to /camN [1]
  --start keyframe|live    what a session gets first [keyframe]
  --auth none|basic|digest|both            [none; digest with --user]
  --user NAME:PASSWORD     may be given several times
  --algorithm MD5|SHA-256  of digest [MD5]
  --qop                    digest offers qop=auth
  --nonce-requests N       a nonce is stale after N requests
  --tls                    rtsps:// with a certificate made at start
  --mtu BYTES              [1500]
  --stap-a                 parameter sets in one packet
  --sender-reports SECONDS [5]
  --session-timeout SECONDS                [60]
  --max-sessions N         453 above it

Faults from the start
  --sdp VARIANT            ${SDP_VARIANTS.join(', ')}
  --loss RATE  --loss-burst N  --reorder RATE  --duplicate RATE  --garbage RATE   (rates from 0 to 1)
  --delay SECONDS          each picture leaves up to so much later
  --no-marker  --marker-on-parameter-sets  --reply-delay SECONDS
  --refuse STATUS  --retry-after SECONDS   --seed N

Faults at run time: one command a line on standard input (from a terminal with --control), or by the clock:
  --at 'SECONDS COMMAND'  --every 'SECONDS COMMAND'   such as --at '10 reboot 5' --every '30 half-open'; may be given several times
  stall S · reboot S · half-open · ssrc · jump S · loss RATE [BURST] · reorder RATE · duplicate RATE · garbage RATE
  delay S · no-marker on|off · marker-on-parameter-sets on|off · reply-delay S · refuse STATUS [RETRY-AFTER] · clear · stats

  --help                   this text
`;

export type ProgramRequest =
  | { readonly type: 'help' }
  | {
      readonly type: 'run';
      readonly camera: CameraOptions;
      readonly control: boolean | undefined;
      readonly scheduled: readonly ScheduledFault[];
    };

const DEFAULT_PORT = 8554;
/** Node.js timers overflow above 2^31 - 1 ms. */
const MAX_SCHEDULE_SECONDS = 2_000_000;

/** Parses the command line. @throws TypeError with a message for the user */
export function parseProgramOptions(args: readonly string[]): ProgramRequest {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      ...Object.fromEntries(TEXT_OPTIONS.map((name) => [name, { type: 'string' as const }])),
      ...Object.fromEntries(FLAGS.map((name) => [name, { type: 'boolean' as const }])),
      user: { type: 'string', multiple: true },
      at: { type: 'string', multiple: true },
      every: { type: 'string', multiple: true },
    },
  });
  const given = new GivenValues(values);
  if (given.flag('help')) return { type: 'help' };
  const [width, height] = given.size('size');
  const framerate = given.number('framerate', 1, 120) ?? 30;
  const camera: CameraOptions = {
    host: given.text('host'),
    port: given.number('port', 0, 65_535) ?? DEFAULT_PORT,
    cameras: given.number('cameras', 1, 10_000),
    name: given.text('name'),
    source: sourceOf(given),
    codec: given.choice('codec', ['h264', 'h265']),
    width,
    height,
    framerate,
    gopFrames: given.gop('gop', framerate),
    bitrateBps: given.bitrate('bitrate'),
    slices: given.number('slices', 1, 16),
    noise: given.flag('noise') || undefined,
    start: given.choice('start', ['keyframe', 'live']),
    authentication: authenticationOf(given),
    tls: given.flag('tls'),
    mtuBytes: given.number('mtu', 200, 65_000),
    aggregate: given.flag('stap-a'),
    sdp: given.choice('sdp', SDP_VARIANTS),
    senderReportIntervalMs: given.milliseconds('sender-reports'),
    sessionTimeoutMs: given.milliseconds('session-timeout'),
    maxSessions: given.number('max-sessions', 0, 1_000_000),
    faults: faultsOf(given),
  };
  return {
    type: 'run',
    camera: withoutUndefined(camera),
    control: given.flag('control') || undefined,
    scheduled: [...given.scheduled('at'), ...given.scheduled('every')],
  };
}

const TEXT_OPTIONS = [
  ...['size', 'framerate', 'gop', 'bitrate', 'codec', 'slices', 'name', 'clip', 'host', 'port', 'cameras', 'start'],
  ...['auth', 'algorithm', 'nonce-requests', 'mtu', 'sender-reports', 'session-timeout', 'max-sessions', 'sdp'],
  ...['loss', 'loss-burst', 'reorder', 'duplicate', 'garbage', 'delay', 'reply-delay', 'refuse', 'retry-after', 'seed'],
];
const FLAGS = [
  ...['noise', 'pre-encoded', 'qop', 'tls', 'stap-a', 'no-marker', 'marker-on-parameter-sets', 'control', 'help'],
];

function sourceOf(given: GivenValues): SourceOptions {
  const file = given.text('clip');
  if (file !== undefined) return { type: 'clip', file };
  return given.flag('pre-encoded') ? { type: 'pre-encoded' } : { type: 'live' };
}

function authenticationOf(given: GivenValues): AuthenticationOptions | undefined {
  const users = given.users();
  const scheme = given.choice('auth', ['none', 'basic', 'digest', 'both']) ?? (users === undefined ? 'none' : 'digest');
  if (scheme === 'none') return undefined;
  if (users === undefined) throw new TypeError('--auth needs at least one --user NAME:PASSWORD');
  return withoutUndefined({
    scheme,
    users,
    algorithm: given.choice('algorithm', ['MD5', 'SHA-256']),
    qop: given.flag('qop'),
    nonceRequests: given.number('nonce-requests', 1, 1_000_000),
  });
}

function faultsOf(given: GivenValues): Partial<FaultSettings> {
  return withoutUndefined({
    lossRate: given.number('loss', 0, 1),
    lossBurstPackets: given.number('loss-burst', 1, 10_000),
    reorderRate: given.number('reorder', 0, 1),
    duplicateRate: given.number('duplicate', 0, 1),
    garbageRate: given.number('garbage', 0, 1),
    delayMs: given.milliseconds('delay'),
    noMarker: given.flag('no-marker') || undefined,
    markerOnParameterSets: given.flag('marker-on-parameter-sets') || undefined,
    replyDelayMs: given.milliseconds('reply-delay'),
    refuseStatus: given.number('refuse', 300, 599),
    retryAfterSeconds: given.number('retry-after', 1, 86_400),
    seed: given.number('seed', 0, 2 ** 32 - 1),
  });
}

class GivenValues {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  number(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new TypeError(`--${name} must be a number from ${min} to ${max}, not ${text}`);
    }
    return value;
  }

  /** An option in seconds, converted to milliseconds. */
  milliseconds(name: string): number | undefined {
    const seconds = this.number(name, 0, 86_400);
    return seconds === undefined ? undefined : seconds * 1000;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const chosen = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    if (chosen === undefined) throw new TypeError(`--${name} must be one of ${choices.join(', ')}, not ${text}`);
    return chosen;
  }

  size(name: string): [number | undefined, number | undefined] {
    const text = this.text(name);
    if (text === undefined) return [undefined, undefined];
    const match = /^(\d{3,4})x(\d{3,4})$/i.exec(text);
    if (match === null) throw new TypeError(`--${name} must look like 1280x720, not ${text}`);
    return [Number(match[1]), Number(match[2])];
  }

  gop(name: string, framerate: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const match = /^(\d+(?:\.\d+)?)(s?)$/.exec(text);
    const frames = match === null ? 0 : Math.round(Number(match[1]) * (match[2] === 's' ? framerate : 1));
    if (frames < 1) throw new TypeError(`--${name} must be pictures (60) or seconds (2s), not ${text}`);
    return frames;
  }

  bitrate(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text);
    const bitrateBps = match === null ? 0 : Number(match[1]) * ({ k: 1e3, M: 1e6 }[match[2] ?? ''] ?? 1);
    if (bitrateBps < 1000) throw new TypeError(`--${name} must look like 4000000, 4000k or 4M, not ${text}`);
    return Math.round(bitrateBps);
  }

  scheduled(when: ScheduledFault['when']): ScheduledFault[] {
    const given = this.#values[when];
    if (!Array.isArray(given)) return [];
    return given.map((text: unknown) => {
      const match = /^\s*(\d+(?:\.\d+)?)\s+(\S.*)$/.exec(String(text));
      const seconds = Number(match?.[1]);
      if (match === null || (when === 'every' && seconds === 0) || seconds > MAX_SCHEDULE_SECONDS)
        throw new TypeError(`--${when} must look like '10 reboot 5', not '${String(text)}'`);
      return { when, seconds, command: match[2] ?? '' };
    });
  }

  users(): Record<string, string> | undefined {
    const given = this.#values['user'];
    if (!Array.isArray(given)) return undefined;
    const entries = given.map((user: unknown) => {
      const colon = String(user).indexOf(':');
      if (colon < 1) throw new TypeError('--user must look like NAME:PASSWORD');
      return [String(user).slice(0, colon), String(user).slice(colon + 1)];
    });
    return Object.fromEntries(entries);
  }
}

/** Drops keys whose value is undefined, so that they do not override spread defaults. */
function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
