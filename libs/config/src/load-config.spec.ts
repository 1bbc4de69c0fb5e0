import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, type OrielConfig } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'oriel-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function load(toml: string, env: Record<string, string> = {}): OrielConfig {
  if (toml !== '') writeFileSync(join(cwd, 'config.toml'), toml);
  return loadConfig({ cwd, env });
}

/** Every fault as `key: message`. */
function faultsOf(toml: string, env: Record<string, string> = {}): string[] {
  try {
    load(toml, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ key, message }) => `${key}: ${message}`);
    throw error;
  }
  return [];
}

const CAMERA = '[[cameras]]\nid = "a"\nurl = "rtsp://a/"\n';

describe('loadConfig', () => {
  it('fills in every default without a file', () => {
    expect(load('')).toEqual({
      server: { host: '0.0.0.0', port: 8080, trustedProxies: ['127.0.0.0/8', '::1/128'] },
      cameras: [],
      auth: 'required',
      redis: { controlUrl: 'redis://127.0.0.1:6379', mediaUrl: 'redis://127.0.0.1:6380' },
      transcoder: { engine: 'libav', maxCameras: undefined },
      ingest: { maxCameras: undefined },
      health: { host: '127.0.0.1', port: 0 },
    });
  });

  it('reads one camera from [rtsp], in the units of the program', () => {
    const { cameras } = load(`
[rtsp]
url = "rtsp://admin:password@192.168.1.100:554/stream"
transport = "udp"
reconnect_interval = 2.5
buffer_size = 2_000_000
[transcoding]
quality = 60
framerate = 15
max_latency_ms = 500
`);
    expect(cameras).toEqual([
      {
        id: 'default',
        name: 'Camera',
        source: {
          kind: 'rtsp',
          url: 'rtsp://192.168.1.100:554/stream',
          credentials: { username: 'admin', password: 'password' },
          transport: 'udp',
          reconnectIntervalMs: 2500,
        },
        bufferSizeBytes: 2_000_000,
        transcoding: { quality: 60, framerate: 15, maxLatencyMs: 500 },
      },
    ]);
  });

  it('lets each [[cameras]] inherit what it does not say, in the order of the file', () => {
    const { cameras } = load(`
[rtsp]
url = "rtsp://first/"
username = "shared"
password = "shared-password"
transport = "udp"
[transcoding]
quality = 60
[[cameras]]
id = "front-door"
name = "Front door"
url = "rtsp://own:own-password@second/"
transport = "tcp"
[[cameras]]
id = "yard"
url = "rtsp://third/"
quality = 40
[[cameras]]
id = "first-small"
framerate = 5
[[cameras]]
id = "guest"
url = "rtsp://fifth/"
username = "guest"
`);
    expect(
      cameras.map(({ id, name, source, transcoding }) => [
        id,
        name,
        source.url,
        `${source.credentials?.username}:${source.credentials?.password}`,
        source.transport,
        transcoding.quality,
        transcoding.framerate,
      ]),
    ).toEqual([
      ['default', 'Camera', 'rtsp://first/', 'shared:shared-password', 'udp', 60, 30],
      ['front-door', 'Front door', 'rtsp://second/', 'own:own-password', 'tcp', 60, 30],
      ['yard', 'yard', 'rtsp://third/', 'shared:shared-password', 'udp', 40, 30],
      ['first-small', 'first-small', 'rtsp://first/', 'shared:shared-password', 'udp', 60, 5],
      ['guest', 'guest', 'rtsp://fifth/', 'guest:shared-password', 'udp', 60, 30],
    ]);
  });

  it.each([
    { keys: 'tls_trust = "any"', tls: { insecure: true } },
    { keys: `tls_fingerprint = "${'ab:'.repeat(31)}CD"`, tls: { fingerprint256: `${'ab:'.repeat(31)}CD` } },
    { keys: `tls_trust = "any"\ntls_fingerprint = "${'ab'.repeat(32)}"`, tls: { fingerprint256: 'ab'.repeat(32) } },
    { keys: 'tls_trust = "authorities"', tls: undefined },
  ])('trusts for rtsps what $keys says', ({ keys, tls }) => {
    expect(load(`[rtsp]\nurl = "rtsps://cam/"\n${keys}`).cameras[0]?.source.tls).toEqual(tls);
  });

  it('takes every key from the environment, before the file', () => {
    const env = {
      ORIEL_SERVER_HOST: '::1',
      ORIEL_SERVER_PORT: '0',
      ORIEL_SERVER_TRUSTED_PROXIES: '10.1.2.3',
      ORIEL_AUTH: 'none',
      ORIEL_RTSP_URL: 'rtsps://cam:322/x',
      ORIEL_RTSP_USERNAME: 'u',
      ORIEL_RTSP_PASSWORD: 'p',
      ORIEL_RTSP_TRANSPORT: 'auto',
      ORIEL_RTSP_RECONNECT_INTERVAL: '0.5',
      ORIEL_RTSP_BUFFER_SIZE: '65536',
      ORIEL_TRANSCODING_OUTPUT_FORMAT: 'mjpeg',
      ORIEL_TRANSCODING_QUALITY: '1',
      ORIEL_TRANSCODING_FRAMERATE: '2',
      ORIEL_TRANSCODING_MAX_LATENCY_MS: '20',
      ORIEL_REDIS_CONTROL_URL: 'rediss://:c@control:1',
      ORIEL_REDIS_MEDIA_URL: 'redis://media:2/3',
      ORIEL_TRANSCODER_ENGINE: 'ffmpeg',
      ORIEL_TRANSCODER_MAX_CAMERAS: '3',
      ORIEL_INGEST_MAX_CAMERAS: '4',
      ORIEL_HEALTH_HOST: '0.0.0.0',
      ORIEL_HEALTH_PORT: '9100',
    };
    expect(load('[server]\nport = 1\n[transcoding]\nquality = 99', env)).toEqual({
      server: { host: '::1', port: 0, trustedProxies: ['10.1.2.3/32'] },
      cameras: [
        {
          id: 'default',
          name: 'Camera',
          source: {
            kind: 'rtsp',
            url: 'rtsps://cam:322/x',
            credentials: { username: 'u', password: 'p' },
            transport: 'auto',
            reconnectIntervalMs: 500,
          },
          bufferSizeBytes: 65_536,
          transcoding: { quality: 1, framerate: 2, maxLatencyMs: 20 },
        },
      ],
      auth: 'none',
      redis: { controlUrl: 'rediss://:c@control:1', mediaUrl: 'redis://media:2/3' },
      transcoder: { engine: 'ffmpeg', maxCameras: 3 },
      ingest: { maxCameras: 4 },
      health: { host: '0.0.0.0', port: 9100 },
    });
  });

  it('takes keys of one camera from variables that carry its id, and secrets from files', () => {
    writeFileSync(join(cwd, 'secret'), 'from a file\n');
    const { cameras } = load('[[cameras]]\nid = "front-door"\nurl = "rtsp://a/"\nusername = "u"', {
      ORIEL_CAMERA_FRONT_DOOR_PASSWORD_FILE: join(cwd, 'secret'),
      ORIEL_CAMERA_FRONT_DOOR_QUALITY: '33',
    });
    expect(cameras[0]?.source.credentials).toEqual({ username: 'u', password: 'from a file' });
    expect(cameras[0]?.transcoding.quality).toBe(33);
  });

  it('counts an empty variable as absent, as Compose passes it on', () => {
    expect(load('', { ORIEL_RTSP_URL: '', ORIEL_CONFIG: '', ORIEL_SERVER_PORT: '' })).toMatchObject({
      cameras: [],
      server: { port: 8080 },
    });
  });

  it('reads the file that ORIEL_CONFIG names, with a byte order mark', () => {
    writeFileSync(join(cwd, 'other.toml'), '\ufeff[server]\nport = 81\n');
    expect(load('[server]\nport = 82', { ORIEL_CONFIG: 'other.toml' }).server.port).toBe(81);
  });

  it('takes another default for auth, which file and environment replace', () => {
    const auth = (env: Record<string, string>) => loadConfig({ cwd, env, authDefault: 'none' }).auth;
    expect(auth({})).toBe('none');
    expect(auth({ ORIEL_AUTH: 'required' })).toBe('required');
    writeFileSync(join(cwd, 'config.toml'), 'auth = "required"');
    expect(auth({})).toBe('required');
  });

  it('refuses bytes that are not UTF-8 by file, line and offset', () => {
    writeFileSync(join(cwd, 'config.toml'), Buffer.from('[rtsp]\nurl = "rtsp://u:can\u00fcary@cam/"\n', 'latin1'));
    writeFileSync(join(cwd, 'secret'), Buffer.from('can\u00fcary\n', 'latin1'));
    const faults = [
      'config.toml:2: is not UTF-8 from byte 26 on (counted from 0): save it in that encoding',
      'ORIEL_RTSP_PASSWORD_FILE: names a file that is not UTF-8 from byte 3 on (counted from 0)',
    ];
    expect(faultsOf('', { ORIEL_RTSP_PASSWORD_FILE: join(cwd, 'secret') })).toEqual(faults);
  });

  it.each<{ toml?: string; env?: Record<string, string>; faults: string[] }>([
    { toml: '[server]\nport = 70000', faults: ['server.port: must be a whole number from 0 to 65535, not 70000'] },
    { toml: '[server]\nport = -1', faults: ['server.port: must be a whole number from 0 to 65535, not -1'] },
    { toml: '[server]\nport = 80.5', faults: ['server.port: must be a whole number from 0 to 65535, not 80.5'] },
    { toml: '[server]\nport = "8080"', faults: ['server.port: must be a whole number from 0 to 65535, not text'] },
    { toml: '[server]\nport = true', faults: ['server.port: must be a whole number from 0 to 65535, not true'] },
    { toml: '[server]\nport = [80]', faults: ['server.port: must be a whole number from 0 to 65535, not a list'] },
    {
      toml: '[server]\nport = { a = 1 }',
      faults: ['server.port: must be a whole number from 0 to 65535, not a table'],
    },
    {
      toml: '[server]\nport = 2026-01-01',
      faults: ['server.port: must be a whole number from 0 to 65535, not a date'],
    },
    { toml: '[server]\nhost = ""', faults: ['server.host: must not be empty'] },
    { toml: '[server]\nhost = "a b"', faults: ['server.host: must be a host name or address'] },
    { toml: '[server]\nhost = 1', faults: ['server.host: must be a host name or address, not a number'] },
    {
      toml: '[server]\ntrusted_proxies = "caddy"',
      faults: [
        'server.trusted_proxies: must be addresses and networks with commas between them (`192.168.1.5, 10.0.0.0/8`), the words `loopback` and `private` among them, or `none`',
      ],
    },
    { toml: 'server = 1', faults: ['server: must be a table, written [server]'] },
    { toml: '[server]\nprot = 1', faults: ['server.prot: is not a key of the configuration; did you mean port?'] },
    {
      toml: '[server]\nquality = 1',
      faults: ['server.quality: is not a key of the configuration; did you mean transcoding.quality?'],
    },
    { toml: '[server]\nzzz = 1', faults: ['server.zzz: is not a key of the configuration'] },
    { toml: '[sever]\nport = 1', faults: ['sever: is not a key of the configuration; did you mean server?'] },
    {
      toml: '["rtsp://u:canary@cam"]\nx = 1',
      faults: ['(a key with unusual characters): is not a key of the configuration'],
    },
    { toml: 'auth = "off"', faults: ['auth: must be one of "required", "none"'] },
    { toml: 'auth = false', faults: ['auth: must be one of "required", "none", not false'] },
    { toml: '[rtsp]\nurl = ""', faults: ['rtsp.url: must not be empty'] },
    { toml: '[rtsp]\nurl = 7', faults: ['rtsp.url: must be an rtsp:// or rtsps:// address, not a number'] },
    { toml: '[rtsp]\nurl = "http://u:canary@cam/"', faults: ['rtsp.url: must start with rtsp:// or rtsps://'] },
    {
      toml: '[rtsp]\nurl = "rtsp://u:canary@"',
      faults: ['rtsp.url: must name a host, as in rtsp://192.168.1.100:554/stream'],
    },
    {
      toml: '[rtsp]\nurl = "rtsp:///canary"',
      faults: ['rtsp.url: must name a host, as in rtsp://192.168.1.100:554/stream'],
    },
    { toml: '[rtsp]\nurl = "rtsp://u:canary@cam:0/"', faults: ['rtsp.url: must have a port from 1 to 65535'] },
    { toml: '[rtsp]\nurl = "rtsp://u:canary@cam:99999/"', faults: ['rtsp.url: must have a port from 1 to 65535'] },
    {
      toml: '[rtsp]\nurl = "rtsp://u:canary@cam/\\n"',
      faults: ['rtsp.url: must not hold spaces at its ends, line breaks or control characters'],
    },
    { toml: '[rtsp]\ntransport = "sctp"', faults: ['rtsp.transport: must be one of "tcp", "udp", "auto", "http"'] },
    {
      toml: '[rtsp]\nreconnect_interval = 0',
      faults: ['rtsp.reconnect_interval: must be a number from 0.1 to 3600, not 0'],
    },
    {
      toml: '[rtsp]\nreconnect_interval = nan',
      faults: ['rtsp.reconnect_interval: must be a number from 0.1 to 3600, not NaN'],
    },
    {
      toml: '[rtsp]\nbuffer_size = 1000',
      faults: ['rtsp.buffer_size: must be a whole number from 65536 to 268435456, not 1000'],
    },
    { toml: '[rtsp]\npassword = ""', faults: ['rtsp.password: must not be empty'] },
    {
      toml: '[rtsp]\npassword = 1234',
      faults: ['rtsp.password: must be text of at most 256 characters, not a number'],
    },
    {
      toml: '[transcoding]\nquality = 0',
      faults: ['transcoding.quality: must be a whole number from 1 to 100, not 0'],
    },
    {
      toml: '[transcoding]\nquality = 101',
      faults: ['transcoding.quality: must be a whole number from 1 to 100, not 101'],
    },
    {
      toml: '[transcoding]\nframerate = 0',
      faults: ['transcoding.framerate: must be a whole number from 1 to 120, not 0'],
    },
    {
      toml: '[transcoding]\nmax_latency_ms = 1',
      faults: ['transcoding.max_latency_ms: must be a whole number from 20 to 60000, not 1'],
    },
    { toml: '[transcoding]\noutput_format = "hls"', faults: ['transcoding.output_format: must be "mjpeg"'] },
    {
      toml: '[redis]\ncontrol_url = "http://:canary@h"',
      faults: ['redis.control_url: must start with redis:// or rediss://'],
    },
    {
      toml: '[redis]\nmedia_url = "redis://"',
      faults: ['redis.media_url: must name a host, as in redis://127.0.0.1:6379'],
    },
    {
      toml: '[redis]\nmedia_url = "redis://:canary@h:99999"',
      faults: ['redis.media_url: must have ports from 1 to 65535'],
    },
    { toml: '[transcoder]\nengine = "gstreamer"', faults: ['transcoder.engine: must be one of "libav", "ffmpeg"'] },
    { toml: 'cameras = 1', faults: ['cameras: must be a list, each camera written [[cameras]]'] },
    { toml: 'cameras = [1]', faults: ['cameras[0]: must be a table, written [[cameras]]'] },
    { toml: '[[cameras]]\nurl = "rtsp://a/"', faults: ['cameras[0].id: is missing'] },
    { toml: '[[cameras]]\nid = "a"', faults: ['cameras[0].url: is missing, and [rtsp] has none either'] },
    { toml: `${CAMERA}${CAMERA}`, faults: ['cameras[1].id: "a" is already the camera of cameras[0]'] },
    {
      toml: `[rtsp]\nurl = "rtsp://b/"\n${CAMERA.replace('"a"', '"default"')}`,
      faults: ['cameras[0].id: "default" is already the camera of rtsp.url'],
    },
    { toml: CAMERA.replace('"a"', '"Front Door"'), faults: ['cameras[0].id: must be 1 to 64 of a-z, 0-9 and -'] },
    { toml: `${CAMERA}name = ""`, faults: ['cameras[0].name: must not be empty'] },
    { toml: `${CAMERA}quality = 0`, faults: ['cameras[0].quality: must be a whole number from 1 to 100, not 0'] },
    {
      toml: `${CAMERA}qualty = 5`,
      faults: ['cameras[0].qualty: is not a key of the configuration; did you mean quality?'],
    },
    {
      env: { ORIEL_SERVER_PORT: 'http' },
      faults: ['ORIEL_SERVER_PORT: must be a whole number from 0 to 65535, not text'],
    },
    {
      env: { ORIEL_SERVER_PORT: '0x50' },
      faults: ['ORIEL_SERVER_PORT: must be a whole number from 0 to 65535, not text'],
    },
    {
      env: { ORIEL_SERVER_PROT: '80' },
      faults: ['ORIEL_SERVER_PROT: is not a setting; did you mean ORIEL_SERVER_PORT?'],
    },
    { env: { ORIEL_RTSP_URL: 'canary' }, faults: ['ORIEL_RTSP_URL: must start with rtsp:// or rtsps://'] },
    {
      env: { ORIEL_RTSP_URL: 'rtsp://a', ORIEL_RTSP_URL_FILE: '/x' },
      faults: ['ORIEL_RTSP_URL_FILE: must not be given together with ORIEL_RTSP_URL'],
    },
    {
      env: { ORIEL_RTSP_PASSWORD_FILE: '/nowhere/x' },
      faults: ['ORIEL_RTSP_PASSWORD_FILE: names a file that cannot be read (ENOENT)'],
    },
    { env: { ORIEL_CONFIG: '/nowhere.toml' }, faults: ['ORIEL_CONFIG: cannot be read (ENOENT): /nowhere.toml'] },
    {
      toml: '[rtsp]\nurl = "rtsp://u:canary@cam/\nport = 3',
      faults: ['config.toml:2:28: is not valid TOML: control characters are not allowed in strings'],
    },
    {
      toml: '[rtsp]\npassword = "canary"\npassword = "canary"',
      faults: ['config.toml:3:1: is not valid TOML: trying to redefine an already defined table or value'],
    },
    {
      toml: '[__proto__]\nx = 1',
      faults: ['config.toml:1:2: is not valid TOML: document contains an unsafe property'],
    },
  ])('refuses $toml $env', ({ toml = '', env, faults }) => {
    const found = faultsOf(toml, env);
    expect(found).toEqual(faults);
    expect(found.join()).not.toContain('canary');
  });

  it('lists every fault at once, in one message', () => {
    const toml = '[server]\nport = 0.5\nhots = "x"\n[transcoding]\nquality = 0\n[[cameras]]\nid = "A"\nurl = "x"\n';
    expect(() => load(toml, { ORIEL_AUTH: 'maybe' })).toThrow(
      new ConfigError([
        { key: 'server.hots', message: 'is not a key of the configuration; did you mean host?' },
        { key: 'ORIEL_AUTH', message: 'must be one of "required", "none"' },
        { key: 'server.port', message: 'must be a whole number from 0 to 65535, not 0.5' },
        { key: 'transcoding.quality', message: 'must be a whole number from 1 to 100, not 0' },
        { key: 'cameras[0].id', message: 'must be 1 to 64 of a-z, 0-9 and -' },
        { key: 'cameras[0].url', message: 'must start with rtsp:// or rtsps://' },
      ]),
    );
  });
});
