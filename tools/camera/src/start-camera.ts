import { selfSignedCertificate } from '@oriel/simulation';
import type { CameraOptions, CameraStats } from './camera-options.ts';
import { CameraFaults } from './faults.ts';
import { CameraStream, PacketBlocks } from './media/camera-stream.ts';
import { Authenticator } from './rtsp/authentication.ts';
import { RtspServer } from './rtsp/rtsp-server.ts';
import { createSources } from './source/create-sources.ts';

export interface RunningCamera {
  readonly host: string;
  readonly port: number;
  /** 'cam1', 'cam2', … */
  readonly paths: readonly string[];
  readonly faults: CameraFaults;
  /** The URL without credentials. @param path @defaultValue 'cam1' */
  url(path?: string): string;
  stats(): CameraStats;
  /** Sends BYE to all sessions, then frees sockets, timers and encoders. */
  close(): Promise<void>;
}

/** Size of the IPv4 and UDP headers. */
const IP_UDP_HEADER_BYTES = 28;
const RTP_HEADER_BYTES = 12;

/** Starts cameras behind one RTSP server. Resolves once they are playable. */
export async function startCamera(options: CameraOptions = {}): Promise<RunningCamera> {
  const { host = '127.0.0.1', cameras = 1, name = 'ORIEL CAMERA', bitrateBps = 4_000_000, mtuBytes = 1500 } = options;
  const log = (line: string) => process.stderr.write(`camera: ${line}\n`);
  const faults = new CameraFaults(options.faults);
  const blocks = new PacketBlocks();
  const certificate = options.tls ? await selfSignedCertificate() : undefined;
  const sources = await createSources(options);
  const streams = new Map<string, CameraStream>();
  const streamsOf = sources.map(() => [] as CameraStream[]);
  for (let index = 0; index < cameras; index++) {
    const path = `cam${index + 1}`;
    const source = sources[index % sources.length];
    if (source === undefined) throw new Error('no source');
    const maxPayloadBytes = mtuBytes - IP_UDP_HEADER_BYTES - RTP_HEADER_BYTES;
    const stream = new CameraStream({
      path,
      source,
      maxPayloadBytes,
      aggregate: options.aggregate ?? false,
      faults,
      blocks,
    });
    streams.set(path, stream);
    streamsOf[index % sources.length]?.push(stream);
  }
  const server = new RtspServer(
    {
      host,
      port: options.port ?? 0,
      name,
      bitrateBps,
      start: options.start ?? 'keyframe',
      sdp: options.sdp ?? 'normal',
      senderReportIntervalMs: options.senderReportIntervalMs ?? 5000,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 60_000,
      maxSessions: options.maxSessions ?? Number.POSITIVE_INFINITY,
      certificate,
    },
    { streams, faults, log, authenticator: options.authentication && new Authenticator(options.authentication) },
  );
  let pictures = 0;
  const startSources = () =>
    Promise.all(
      sources.map((source, index) =>
        source.start(
          (picture) => {
            pictures += 1;
            for (const stream of streamsOf[index] ?? []) stream.send(picture);
          },
          (error) => log(`no more pictures: ${String(error)}`),
        ),
      ),
    );
  const stopSources = () => Promise.all(sources.map((source) => source.stop()));

  let rebootTimer: NodeJS.Timeout | undefined;
  let closing = false;
  let transition: Promise<unknown> = Promise.resolve();
  const reboot = (downMs: number) => {
    clearTimeout(rebootTimer);
    transition = transition.then(async () => {
      await Promise.all([server.close('at-once'), stopSources()]);
      if (closing) return;
      rebootTimer = setTimeout(() => {
        transition = transition
          .then(async () => {
            if (closing) return;
            await startSources();
            await server.listen();
          })
          .catch((error: unknown) => log(`not back after the reboot: ${String(error)}`));
      }, downMs);
    });
  };
  const sessions = () => [...server.sessions.values()].map(({ session }) => session);
  faults.events.on('reboot', reboot);
  faults.events.on('halfOpen', () => server.fallSilent());
  faults.events.on('changeSsrc', () => {
    for (const session of sessions()) session.changeSsrc();
  });
  faults.events.on('jumpTimestamp', (seconds) => {
    for (const session of sessions()) session.jumpTimestamp(seconds);
  });
  faults.events.on('settings', () => blocks.clear());

  try {
    await startSources();
    await server.listen();
  } catch (error) {
    await stopSources();
    throw error;
  }
  return {
    host,
    port: server.port,
    paths: [...streams.keys()],
    faults,
    url: (path = 'cam1') =>
      `${certificate ? 'rtsps' : 'rtsp'}://${host.includes(':') ? `[${host}]` : host}:${server.port}/${path}`,
    stats: () => ({ ...server.stats(), pictures }),
    close: async () => {
      closing = true;
      clearTimeout(rebootTimer);
      faults.events.removeAllListeners();
      await transition;
      clearTimeout(rebootTimer);
      await stopSources();
      await server.close('gently');
    },
  };
}
