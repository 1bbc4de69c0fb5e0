/** A camera session over a camera, a lease and a bus that do as the test says. */
import type { CameraStatus, Lease } from '@oriel/control';
import type { AccessUnit, ForeignEntry } from '@oriel/media-bus';
import type { CameraSettings } from '@oriel/model';
import { createLogger, Registry } from '@oriel/observability';
import { RtspError, type RtspErrorCode, type RtspSession, type RtspSessionOptions } from '@oriel/rtsp-client';
import { CameraSession } from '../src/core/camera-session.ts';
import { IngestMetrics } from '../src/core/ingest-metrics.ts';

export const CAMERA: CameraSettings = {
  id: 'door',
  name: 'Door',
  source: {
    kind: 'rtsp',
    url: 'rtsp://10.0.0.7:554/stream',
    credentials: { username: 'admin', password: 'canary' },
    transport: 'tcp',
    reconnectIntervalMs: 5000,
  },
  bufferSizeBytes: 1_024_000,
  transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200 },
};

/** The shared clock at the moment when this process' fake timers start. */
export const SHARED_START_MS = 1_800_000_000_000;

/** A camera's answer to each attempt: a code that refuses it, or a session that plays until the test ends it. */
export class ScriptedCamera {
  readonly attemptsAtMs: number[] = [];
  readonly options: RtspSessionOptions[] = [];
  closes = 0;
  #end: (error: RtspError | undefined) => void = () => undefined;

  constructor(public answer: RtspErrorCode | 'plays' | 'hangs') {}

  readonly open = async (options: RtspSessionOptions): Promise<RtspSession> => {
    this.attemptsAtMs.push(Date.now());
    this.options.push(options);
    if (this.answer === 'hangs') {
      await new Promise<void>((resolve) => options.signal?.addEventListener('abort', () => resolve()));
      throw failure('aborted');
    }
    if (this.answer !== 'plays') throw failure(this.answer);
    const ended = new Promise<RtspError | undefined>((resolve) => {
      this.#end = resolve;
    });
    return {
      ended,
      stats: () => ({ packets: 0, bytes: 0, lostPackets: 3, duplicatePackets: 0, accessUnits: 0, faults: {} }),
      close: async () => {
        this.closes++;
        this.#end(undefined);
      },
    };
  };

  picture(isKeyframe = true): void {
    this.options.at(-1)?.onVideo({
      codec: 'h264',
      data: new Uint8Array(1000),
      isKeyframe,
      rtpTimeTicks: 0,
      arrivalTimeUs: 0,
      captureTimeUs: undefined,
      lostPacketsBefore: 0,
      discontinuity: false,
      width: 640,
      height: 360,
    });
  }

  end(code: RtspErrorCode): void {
    this.#end(failure(code));
  }
}

function failure(code: RtspErrorCode): RtspError {
  return new RtspError(code, 'x', { peer: '10.0.0.7:554' });
}

export function startSession(camera: ScriptedCamera, { isSuccessor = false } = {}) {
  const lease = new AbortController();
  const told: string[] = [];
  const held: Omit<Lease, 'isSuccessor'> & { isSuccessor: boolean } = {
    cameraId: 'door',
    epoch: 9,
    signal: lease.signal,
    assertCurrent: () => lease.signal.throwIfAborted(),
    hasHighestEpoch: async () => true,
    cost: undefined,
    isSuccessor,
    markReady: () => void told.push('ready'),
    markIdle: () => void told.push('idle'),
    reportCost: () => undefined,
  };
  const statuses: CameraStatus[] = [];
  const published: AccessUnit[] = [];
  const bufferSizes: number[] = [];
  const bus = { answer: async (): Promise<void> => undefined, onForeign: (_: ForeignEntry): void => undefined };
  const session = new CameraSession(
    {
      openSession: camera.open,
      bus: {
        accessUnitPublisher: (_, { right }) => {
          if (right !== undefined) bus.onForeign = right.onForeign;
          return {
            publish: (accessUnit) => {
              published.push(accessUnit);
              return bus.answer();
            },
            backlogBytes: 0,
            retention: { bytes: 0, accessUnits: 0, holdsWholeGop: true, bufferSizeBytes: 1_024_000 },
            setBufferSize: (bytes) => void bufferSizes.push(bytes),
          };
        },
      },
      statusBoard: { publish: async (status) => void statuses.push(status) },
      metrics: new IngestMetrics(new Registry()),
      logger: createLogger({ service: 'ingest', level: 'silent' }),
      instanceId: 'i-1',
      watchedCameras: { isWatched: () => true },
      sharedClock: { nowMs: () => SHARED_START_MS + performance.now(), fromProcessUs: (processUs) => processUs },
      nowMs: () => performance.now(),
    },
    CAMERA,
    held,
  );
  const run = session.run();
  run.catch(() => undefined);
  return {
    session,
    lease,
    held,
    told,
    statuses,
    published,
    bufferSizes,
    bus,
    run,
    state: () => statuses.at(-1)?.state,
  };
}
