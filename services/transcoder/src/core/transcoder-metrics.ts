import { Counter, Gauge, Histogram, type Registry } from '@oriel/observability';
import type { DropReason, FaultReason, TranscoderEvents } from './transcoder-events.ts';

/** Counters by camera id; durations over all cameras. */
export class TranscoderMetrics implements TranscoderEvents {
  readonly #decoded: Counter<'camera'>;
  readonly #encoded: Counter<'camera'>;
  readonly #jpegBytes: Counter<'camera'>;
  readonly #jumps: Counter<'camera'>;
  readonly #missed: Counter<'camera'>;
  readonly #dropped: Counter<'camera' | 'reason'>;
  readonly #faults: Counter<'camera' | 'reason'>;
  readonly #frameShare: Gauge;
  readonly #shortCores: Gauge;
  readonly #decodeSeconds: Histogram;
  readonly #encodeSeconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Counter({ name: `oriel_transcoder_${name}_total`, help, labelNames, registers });
    this.#decoded = counter('decoded_frames', 'Pictures decoded', 'camera');
    this.#encoded = counter('encoded_frames', 'JPEGs encoded, all renditions', 'camera');
    this.#jpegBytes = counter('jpeg_bytes', 'Bytes of those JPEGs', 'camera');
    this.#jumps = counter('jumps', 'Times that pictures were left out to be live again', 'camera');
    this.#missed = counter('missed_frames', 'Pictures that were due, and got too old or were overtaken', 'camera');
    this.#dropped = counter('dropped_access_units', 'Access units not decoded, by the reason', 'camera', 'reason');
    this.#faults = counter('faults', 'Pictures lost or damaged, by the reason', 'camera', 'reason');
    const gauge = (name: string, help: string) => new Gauge({ name: `oriel_transcoder_${name}`, help, registers });
    this.#frameShare = gauge(
      'frame_share',
      'Share of the wanted frames that are made, of the camera with the smallest; below 1 when cores are short',
    );
    this.#shortCores = gauge(
      'short_cores',
      'Cores missing to make every wanted frame: of all together, or of this one alone',
    );
    const histogram = (name: string, help: string) =>
      new Histogram({ name: `oriel_transcoder_${name}_seconds`, help, buckets: BUCKETS_SECONDS, registers });
    this.#decodeSeconds = histogram('decode', 'From an access unit to its picture');
    this.#encodeSeconds = histogram('encode', 'From a picture to the JPEG of one rendition');
  }

  decoded(camera: string, decodeUs: number): void {
    this.#decoded.inc({ camera });
    this.#decodeSeconds.observe(decodeUs / 1e6);
  }

  encoded(camera: string, encodeUs: number, bytes: number): void {
    this.#encoded.inc({ camera });
    this.#jpegBytes.inc({ camera }, bytes);
    this.#encodeSeconds.observe(encodeUs / 1e6);
  }

  jumped(camera: string): void {
    this.#jumps.inc({ camera });
  }

  missed(camera: string): void {
    this.#missed.inc({ camera });
  }

  dropped(camera: string, reason: DropReason, count: number): void {
    this.#dropped.inc({ camera, reason }, count);
  }

  fault(camera: string, reason: FaultReason): void {
    this.#faults.inc({ camera, reason });
  }

  frameShare(share: number, shortCores: number): void {
    this.#frameShare.set(share);
    this.#shortCores.set(shortCores);
  }
}

const BUCKETS_SECONDS = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512];
