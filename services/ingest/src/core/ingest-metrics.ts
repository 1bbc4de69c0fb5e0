import { Counter, Gauge, type Registry } from '@oriel/observability';
import type { DropReason } from './access-unit-outbox.ts';

/** Counters of ingest, by camera id. */
export class IngestMetrics {
  readonly #accessUnits: Counter<'camera'>;
  readonly #bytes: Counter<'camera'>;
  readonly #lostPackets: Counter<'camera'>;
  readonly #reconnects: Counter<'camera' | 'reason'>;
  readonly #dropped: Counter<'camera' | 'reason'>;
  readonly #live: Gauge<'camera'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const camera = ['camera'] as const;
    const cameraAndReason = ['camera', 'reason'] as const;
    this.#accessUnits = new Counter({
      name: 'oriel_ingest_access_units_total',
      help: 'Access units that the media bus has taken',
      labelNames: camera,
      registers,
    });
    this.#bytes = new Counter({
      name: 'oriel_ingest_bytes_total',
      help: 'Bytes of those access units',
      labelNames: camera,
      registers,
    });
    this.#lostPackets = new Counter({
      name: 'oriel_ingest_lost_packets_total',
      help: 'RTP packets that never came',
      labelNames: camera,
      registers,
    });
    this.#reconnects = new Counter({
      name: 'oriel_ingest_reconnects_total',
      help: 'Sessions that ended or could not be opened, by the reason',
      labelNames: cameraAndReason,
      registers,
    });
    this.#dropped = new Counter({
      name: 'oriel_ingest_dropped_access_units_total',
      help: 'Access units that were not published, by the reason',
      labelNames: cameraAndReason,
      registers,
    });
    this.#live = new Gauge({
      name: 'oriel_ingest_camera_live',
      help: '1 while pictures come from the camera, 0 while they do not',
      labelNames: camera,
      registers,
    });
  }

  published(camera: string, bytes: number): void {
    this.#accessUnits.inc({ camera });
    this.#bytes.inc({ camera }, bytes);
  }

  lost(camera: string, packets: number): void {
    this.#lostPackets.inc({ camera }, packets);
  }

  reconnected(camera: string, reason: string): void {
    this.#reconnects.inc({ camera, reason });
  }

  dropped(camera: string, reason: DropReason): void {
    this.#dropped.inc({ camera, reason });
  }

  live(camera: string, isLive: boolean): void {
    this.#live.set({ camera }, isLive ? 1 : 0);
  }

  /** This process no longer serves the camera. */
  released(camera: string): void {
    this.#live.remove({ camera });
  }
}
