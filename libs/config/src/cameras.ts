/**
 * Reads the cameras. `[rtsp].url` alone is the camera `default`; each `[[cameras]]` adds one that inherits what it does
 * not set.
 */
import type { CameraSettings, RtspSource } from '@oriel/model';
import { splitCameraUrl } from './camera-url.ts';
import { isTable } from './config-file.ts';
import type { EnvironmentReader } from './environment.ts';
import type { ConfigFault } from './oriel-config.ts';
import { type GivenKeys, readSection } from './section-reader.ts';
import { CameraSection, RtspSection, TranscodingSection } from './sections.ts';

interface Inherited {
  readonly rtsp: RtspSection;
  readonly transcoding: TranscodingSection;
}

export function readCameras(
  list: unknown,
  inherited: Inherited,
  environment: EnvironmentReader,
  faults: ConfigFault[],
): CameraSettings[] {
  const cameras: CameraSettings[] = [];
  const keyById = new Map<string, string>();
  if (inherited.rtsp.url !== undefined) {
    cameras.push(toCamera(DEFAULT_ID, DEFAULT_NAME, inherited.rtsp, inherited.transcoding, NO_KEYS, undefined));
    keyById.set(DEFAULT_ID, 'rtsp.url');
  }
  if (list === undefined) return cameras;
  if (!Array.isArray(list)) {
    faults.push({ key: 'cameras', message: 'must be a list, each camera written [[cameras]]' });
    return cameras;
  }
  if (list.length > MAX_CAMERAS) faults.push({ key: 'cameras', message: `must be at most ${MAX_CAMERAS}` });

  for (const [index, table] of list.slice(0, MAX_CAMERAS).entries()) {
    const camera = readCamera(table, `cameras[${index}]`, inherited, environment, faults, keyById);
    if (camera !== undefined) cameras.push(camera);
  }
  return cameras;
}

const DEFAULT_ID = 'default';
const DEFAULT_NAME = 'Camera';
const MAX_CAMERAS = 1000;
const NO_KEYS: GivenKeys = new Set();

function readCamera(
  table: unknown,
  path: string,
  inherited: Inherited,
  environment: EnvironmentReader,
  faults: ConfigFault[],
  keyById: Map<string, string>,
): CameraSettings | undefined {
  if (!isTable(table)) {
    faults.push({ key: path, message: 'must be a table, written [[cameras]]' });
    return undefined;
  }
  const camera = new CameraSection();
  const givenNames = readSection(camera, { path, table, variablePart: undefined }, environment, faults);
  const { id } = camera;
  if (!givenNames.has('id')) faults.push({ key: `${path}.id`, message: 'is missing' });
  const first = id === undefined ? undefined : keyById.get(id);
  if (first !== undefined) faults.push({ key: `${path}.id`, message: `"${id}" is already the camera of ${first}` });
  if (id !== undefined && first === undefined) keyById.set(id, path);

  const source = { path, table, variablePart: id === undefined ? undefined : `CAMERA_${id}` };
  const rtsp = Object.assign(new RtspSection(), inherited.rtsp);
  const given = readSection(rtsp, source, environment, faults);
  if (rtsp.url === undefined && !given.has('url')) {
    faults.push({ key: `${path}.url`, message: 'is missing, and [rtsp] has none either' });
  }
  const transcoding = Object.assign(new TranscodingSection(), inherited.transcoding);
  readSection(transcoding, source, environment, faults);
  return id === undefined ? undefined : toCamera(id, camera.name ?? id, rtsp, transcoding, given, inherited.rtsp);
}

function toCamera(
  id: string,
  name: string,
  rtsp: RtspSection,
  { quality, framerate, max_latency_ms }: TranscodingSection,
  own: GivenKeys,
  inherited: RtspSection | undefined,
): CameraSettings {
  const { url, credentials } = splitCameraUrl(rtsp.url ?? '');
  return {
    id,
    name,
    source: {
      kind: 'rtsp',
      url,
      credentials: credentialsOf(rtsp, credentials, own, inherited),
      transport: rtsp.transport,
      ...tlsOf(rtsp),
      reconnectIntervalMs: Math.round(rtsp.reconnect_interval * 1000),
    },
    bufferSizeBytes: rtsp.buffer_size,
    transcoding: { quality, framerate, maxLatencyMs: max_latency_ms },
  };
}

function tlsOf({ tls_fingerprint, tls_trust }: RtspSection): Pick<RtspSource, 'tls'> {
  if (tls_fingerprint !== undefined) return { tls: { fingerprint256: tls_fingerprint } };
  return tls_trust === 'any' ? { tls: { insecure: true } } : {};
}

/**
 * A camera's own `username` and `password` win over the user-info of its own address, which wins over inherited ones.
 */
function credentialsOf(
  rtsp: RtspSection,
  userInfo: { readonly username: string; readonly password: string } | undefined,
  own: GivenKeys,
  inherited: RtspSection | undefined,
): RtspSource['credentials'] {
  const isUserInfoOwn = inherited !== undefined && own.has('url') && userInfo !== undefined;
  const username = isUserInfoOwn && !own.has('username') ? userInfo.username : rtsp.username;
  const password = isUserInfoOwn && !own.has('password') ? userInfo.password : rtsp.password;
  if (username === undefined && password === undefined) return userInfo;
  return { username: username ?? userInfo?.username ?? '', password: password ?? userInfo?.password ?? '' };
}
