import { controlError } from '../control-error.ts';
import { checkedCameraId, controlKeys } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import { parseJsonWith } from '../redis/parse-json-with.ts';
import type { CameraStatus, CameraStatusBoard } from './camera-status-board.ts';

/** Stores one JSON field per camera in one hash. A lower epoch never overwrites a higher one, so a paused ingest cannot report on a camera that it lost. */
export class RedisCameraStatusBoard implements CameraStatusBoard {
  readonly #connection: ControlConnection;

  constructor(connection: ControlConnection) {
    this.#connection = connection;
  }

  async publish(status: CameraStatus): Promise<void> {
    const { cameraStatus, cameraStatusChanged } = controlKeys;
    const cameraId = checkedCameraId(status.cameraId);
    await this.#connection.commands
      .eval(PUBLISH_SCRIPT, 1, cameraStatus, cameraId, status.epoch, JSON.stringify(status), cameraStatusChanged)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }

  async get(cameraId: string): Promise<CameraStatus | undefined> {
    const json = await this.#connection.commands
      .hget(controlKeys.cameraStatus, cameraId)
      .catch((error: unknown) => Promise.reject(controlError(error)));
    return json === null ? undefined : parseStatus(json);
  }

  async all(): Promise<readonly CameraStatus[]> {
    const jsons = (await this.#connection.commands
      .eval(ALL_SCRIPT, 1, controlKeys.cameraStatus, MAX_STATUS_BYTES)
      .catch((error: unknown) => Promise.reject(controlError(error)))) as string[];
    return jsons.map(parseStatus).filter((status) => status !== undefined);
  }

  async remove(cameraId: string): Promise<void> {
    await this.#connection.commands
      .hdel(controlKeys.cameraStatus, cameraId)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }

  async subscribe(onStatus: (status: CameraStatus) => void): Promise<() => Promise<void>> {
    return this.#connection.subscribe(controlKeys.cameraStatusChanged, (json) => {
      const status = parseStatus(json);
      if (status !== undefined) onStatus(status);
    });
  }
}

function parseStatus(json: string): CameraStatus | undefined {
  return parseJsonWith<CameraStatus>(json, ['cameraId', 'state', 'instanceId', 'epoch']);
}

/** Far above real statuses, which take some hundred bytes; their texts have limits of their own. */
const MAX_STATUS_BYTES = 64 * 1024;

/** KEYS: status hash. ARGV: most bytes per status. Returns the JSON of each status. Removes longer ones unread. */
const ALL_SCRIPT = `
local all = {}
for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
  if redis.call('HSTRLEN', KEYS[1], id) <= tonumber(ARGV[1]) then
    all[#all + 1] = redis.call('HGET', KEYS[1], id)
  else
    redis.call('HDEL', KEYS[1], id)
  end
end
return all`;

/** KEYS: status hash. ARGV: camera id, epoch, JSON, channel. Publishes the JSON if it changed. */
const PUBLISH_SCRIPT = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held == ARGV[3] then return 0 end
if held then
  local ok, status = pcall(cjson.decode, held)
  if ok and type(status) == 'table' and tonumber(status.epoch) and status.epoch > tonumber(ARGV[2]) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[3])
return 1`;
