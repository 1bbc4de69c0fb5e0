import type { Rendition } from '@oriel/model';
import { ControlError, controlError } from '../control-error.ts';
import { checkedCameraId, controlKeys } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import type { DemandBoard, Want } from './demand-board.ts';
import { CURRENT_VALUES_SCRIPT, EXPIRING_ENTRIES } from './expiring-entries.ts';

/**
 * Stores one expiring field per gateway in one hash (see `expiring-entries.ts`): a sorted line per want,
 * `<camera> <width> <quality> <framerate>`.
 */
export class RedisDemandBoard implements DemandBoard {
  readonly #connection: ControlConnection;

  constructor(connection: ControlConnection) {
    this.#connection = connection;
  }

  async renew(gatewayId: string, wants: readonly Want[]): Promise<void> {
    if (wants.length > MAX_WANTS) throw new ControlError('invalid', `a gateway has at most ${MAX_WANTS} wants`);
    const lines = [...new Set(wants.map(lineOf))].sort().join('\n');
    const { demand, demandChanged } = controlKeys;
    await this.#connection.commands
      .eval(RENEW_SCRIPT, 1, demand, gatewayId, lines, LIFETIME_MS, demandChanged)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }

  async wanted(): Promise<ReadonlyMap<string, readonly Rendition[]>> {
    const held = (await this.#connection.commands
      .eval(CURRENT_VALUES_SCRIPT, 1, controlKeys.demand, LIFETIME_MS, MAX_ENTRY_BYTES, MAX_GATEWAYS)
      .catch((error: unknown) => Promise.reject(controlError(error)))) as string[];
    const byCamera = new Map<string, Rendition[]>();
    // Shortest first, so that a gateway with absurdly many wants cannot crowd out the others at MAX_CAMERAS.
    const entries = held.sort((a, b) => a.length - b.length);
    for (const line of new Set(entries.flatMap((lines) => lines.split('\n')))) {
      const [, cameraId, width, quality, framerate] = /^(\S+) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
      if (cameraId === undefined || (byCamera.size >= MAX_CAMERAS && !byCamera.has(cameraId))) continue;
      const renditions = byCamera.get(cameraId) ?? [];
      renditions.push({ width: Number(width), quality: Number(quality), framerate: Number(framerate) });
      byCamera.set(cameraId, renditions);
    }
    return byCamera;
  }

  async subscribe(onChange: (cameraIds: readonly string[]) => void): Promise<() => Promise<void>> {
    return this.#connection.subscribe(controlKeys.demandChanged, (message) => onChange(message.split(' ')));
  }
}

function lineOf({ cameraId, rendition: { width, quality, framerate } }: Want): string {
  for (const number of [width, quality, framerate]) {
    if (!Number.isSafeInteger(number) || number < 0)
      throw new ControlError('invalid', 'a rendition is three whole numbers');
  }
  return `${checkedCameraId(cameraId)} ${width} ${quality} ${framerate}`;
}

/** A live gateway may lose two renewals before its wants expire. */
const LIFETIME_MS = 3_000;
const MAX_WANTS = 10_000;
/** Holds `MAX_WANTS` lines: each is a camera id of at most 64 characters and three numbers. */
const MAX_ENTRY_BYTES = 1024 * 1024;
/** Twenty times what one control Redis was measured with. Any more cannot be real gateways. */
const MAX_GATEWAYS = 1_000;
/** The limit of the configuration. Needed here because every wanted camera gets a lease, whether it exists or not. */
const MAX_CAMERAS = 1_000;

/**
 * KEYS: demand hash. ARGV: gateway id, lines of wants, lifetime ms, channel. Publishes the ids of cameras whose lines were
 * added or removed, separated by spaces; publishes nothing without a change. Expired wants count as absent.
 */
const RENEW_SCRIPT = `${EXPIRING_ENTRIES}
local before = {}
local held = currentValue(redis.call('HGET', KEYS[1], ARGV[1]), ARGV[3])
for line in string.gmatch(held or '', '[^\\n]+') do before[line] = true end
local changed, seen = {}, {}
local function note(line)
  local camera = string.match(line, '^%S+')
  if not seen[camera] then seen[camera] = true; changed[#changed + 1] = camera end
end
for line in string.gmatch(ARGV[2], '[^\\n]+') do
  if before[line] then before[line] = nil else note(line) end
end
for line in pairs(before) do note(line) end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], expiringEntry(ARGV[2], ARGV[3]))
end
if #changed > 0 then
  table.sort(changed)
  redis.call('PUBLISH', ARGV[4], table.concat(changed, ' '))
end
return #changed`;
