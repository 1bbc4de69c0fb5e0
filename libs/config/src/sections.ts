/** Every key of the configuration, with its default. The documentation and the example file are generated from this. */
import { CAMERA_ID_PATTERN, CAMERA_ID_RULE } from '@oriel/model';
import { redisUrlProblem } from '@oriel/redis-connection/url';
import { cameraUrlProblem } from './camera-url.ts';
import { Key, type KeyKind } from './config-key.ts';
import { TRUSTED_PROXIES_RULE, trustedProxiesProblem } from './trusted-proxies.ts';

const PORT_OR_FREE: KeyKind = { type: 'integer', min: 0, max: 65_535 };
const HOST: KeyKind = { type: 'text', pattern: /^[A-Za-z0-9.:_-]{1,253}$/, rule: 'a host name or address' };
const CREDENTIAL: KeyKind = { type: 'text', pattern: /^[^\p{Cc}]{1,256}$/u, rule: 'text of at most 256 characters' };
const REDIS_URL: KeyKind = {
  type: 'checked',
  rule: 'a redis://, redis+sentinel:// or redis+cluster:// address',
  problem: redisUrlProblem,
};

export class RootSection {
  @Key({
    meaning:
      'Whether viewers have to sign in. Sign-in does not exist yet: with `required` the gateway does not start. `none` lets everybody who reaches the port see every camera.',
    kind: { type: 'choice', of: ['required', 'none'] },
  })
  auth: 'required' | 'none' = 'required';
}

export class ServerSection {
  @Key({ meaning: 'Address that the gateway listens on.', kind: HOST })
  host = '0.0.0.0';

  @Key({ meaning: 'Port that the gateway listens on; 0 picks a free one.', kind: PORT_OR_FREE })
  port = 8080;

  @Key({
    meaning:
      'Proxies that are believed when they say in `X-Forwarded-For` for whom they ask, so that limits for each address apply to viewers and not to the proxy. `loopback` is this machine, `private` every private network, `none` nobody.',
    kind: { type: 'checked', rule: TRUSTED_PROXIES_RULE, problem: trustedProxiesProblem },
  })
  trusted_proxies = 'loopback';
}

export class RtspSection {
  @Key({
    meaning:
      'Address of the camera, with user name and password if it asks for them. Alone, it is the camera `default`.',
    kind: { type: 'checked', rule: 'an rtsp:// or rtsps:// address', problem: cameraUrlProblem },
    secret: true,
  })
  url: string | undefined = undefined;

  @Key({ meaning: 'User name, apart from the address.', kind: CREDENTIAL })
  username: string | undefined = undefined;

  @Key({ meaning: 'Password, apart from the address.', kind: CREDENTIAL, secret: true })
  password: string | undefined = undefined;

  @Key({
    meaning:
      'How the pictures travel from the camera. `auto` tries UDP and falls back to TCP; `http` is for networks that let only web traffic through.',
    kind: { type: 'choice', of: ['tcp', 'udp', 'auto', 'http'] },
  })
  transport: 'tcp' | 'udp' | 'auto' | 'http' = 'tcp';

  @Key({
    meaning:
      'Whose certificate is good enough for rtsps. `any` accepts every one, so that whoever sits in between can read the password.',
    kind: { type: 'choice', of: ['authorities', 'any'] },
  })
  tls_trust: 'authorities' | 'any' = 'authorities';

  @Key({
    meaning:
      "SHA-256 fingerprint of the camera's own certificate: with it, this one and no other is trusted for rtsps.",
    kind: { type: 'text', pattern: /^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, rule: '32 bytes in hex, colons optional' },
  })
  tls_fingerprint: string | undefined = undefined;

  @Key({
    meaning: 'Longest pause between two attempts to reach the camera; the first ones come faster.',
    kind: { type: 'number', min: 0.1, max: 3600 },
    unit: 'seconds',
  })
  reconnect_interval = 5;

  @Key({
    meaning:
      'Most video kept per camera. What is kept is what new viewers need to see a picture at once, all since the last keyframe, and the second before it.',
    kind: { type: 'integer', min: 65_536, max: 268_435_456 },
    unit: 'bytes',
  })
  buffer_size = 33_554_432;
}

export class TranscodingSection {
  @Key({ meaning: 'What viewers without H.264 get.', kind: { type: 'choice', of: ['mjpeg'] } })
  output_format: 'mjpeg' = 'mjpeg' as const;

  @Key({ meaning: 'JPEG quality on the scale of the IJG.', kind: { type: 'integer', min: 1, max: 100 } })
  quality = 85;

  @Key({
    meaning: 'Most pictures per second; a camera that sends fewer keeps its own rate.',
    kind: { type: 'integer', min: 1, max: 120 },
    unit: 'frames/s',
  })
  framerate = 30;

  @Key({
    meaning: 'No picture older than this is sent to a viewer.',
    kind: { type: 'integer', min: 20, max: 60_000 },
    unit: 'ms',
  })
  max_latency_ms = 200;
}

export class RedisSection {
  @Key({ meaning: 'The durable Redis: leases, demand, status.', kind: REDIS_URL, secret: true })
  control_url = 'redis://127.0.0.1:6379';

  @Key({ meaning: 'The Redis that the pictures pass through; needs no disk.', kind: REDIS_URL, secret: true })
  media_url = 'redis://127.0.0.1:6380';

  @Key({ meaning: 'Password of both, where their addresses name none.', kind: CREDENTIAL, secret: true })
  password: string | undefined = undefined;
}

export class TranscoderSection {
  @Key({
    meaning: 'What decodes and encodes: libraries in the process, or an `ffmpeg` program.',
    kind: { type: 'choice', of: ['libav', 'ffmpeg'] },
  })
  engine: 'libav' | 'ffmpeg' = 'libav';

  @Key({
    meaning:
      'Most cameras that one transcoder process takes. Absent: 64 for each core that it may use, and never fewer than 64, the most that one page shows.',
    kind: { type: 'integer', min: 1, max: 1000 },
  })
  max_cameras: number | undefined = undefined;
}

export class IngestSection {
  @Key({
    meaning:
      'Most cameras that one ingest process takes. Absent: 200, about as many as one core can read at 3 Mbit/s each; fewer where it may use less than one core.',
    kind: { type: 'integer', min: 1, max: 1000 },
  })
  max_cameras: number | undefined = undefined;
}

export class HealthSection {
  @Key({ meaning: 'Address that health and metrics of ingest and transcoder listen on.', kind: HOST })
  host = '127.0.0.1';

  @Key({ meaning: 'Port of health and metrics of ingest and transcoder; 0 picks a free one.', kind: PORT_OR_FREE })
  port = 0;
}

/** Keys of a `[[cameras]]` table besides those of `[rtsp]` and `[transcoding]`. */
export class CameraSection {
  @Key({
    meaning: 'Name of the camera in addresses and in Redis; must differ from all others.',
    kind: { type: 'text', pattern: CAMERA_ID_PATTERN, rule: CAMERA_ID_RULE },
  })
  id: string | undefined = undefined;

  @Key({
    meaning: 'What people read; the id when absent.',
    kind: { type: 'text', pattern: /^[^\p{Cc}]{1,100}$/u, rule: 'text of at most 100 characters' },
  })
  name: string | undefined = undefined;
}
