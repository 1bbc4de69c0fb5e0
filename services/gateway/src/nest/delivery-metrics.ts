import { Counter, Gauge, Histogram, type Registry } from '@oriel/observability';
import type { DeliveryKind, DeliveryMeter, FrameRefusal, ViewerKind } from '../core/delivery/delivery-meter.ts';
import type { EndReason } from '../core/requests/guard-connections.ts';

/** Exports deliveries as Prometheus metrics. */
export class DeliveryMetrics implements DeliveryMeter {
  readonly #viewers: Gauge<'kind'>;
  readonly #frames: Counter<'kind'>;
  readonly #bytes: Counter<'kind'>;
  readonly #skipped: Counter<'kind'>;
  readonly #refused: Counter<'reason'>;
  readonly #ageSeconds: Histogram<'kind'>;
  readonly #connectionsEnded: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['kind'] as const;
    this.#viewers = new Gauge({ name: 'oriel_gateway_viewers', help: 'Viewers connected now', labelNames, registers });
    this.#frames = new Counter({
      name: 'oriel_gateway_frames_sent_total',
      help: 'Frames handed to viewers',
      labelNames,
      registers,
    });
    this.#bytes = new Counter({
      name: 'oriel_gateway_frame_bytes_sent_total',
      help: 'Bytes of the frames handed to viewers',
      labelNames,
      registers,
    });
    this.#skipped = new Counter({
      name: 'oriel_gateway_frames_skipped_total',
      help: 'Frames that a viewer was not sent because it had not taken an earlier one yet',
      labelNames,
      registers,
    });
    this.#refused = new Counter({
      name: 'oriel_gateway_frames_refused_total',
      help: 'Frames from the media bus that were sent to nobody',
      labelNames: ['reason'],
      registers,
    });
    this.#connectionsEnded = new Counter({
      name: 'oriel_gateway_connections_ended_total',
      help: 'Connections refused, or ended because of what their clients sent or did not read',
      labelNames: ['reason'],
      registers,
    });
    this.#ageSeconds = new Histogram({
      name: 'oriel_gateway_frame_age_at_send_seconds',
      help: 'From the arrival of the last packet from the camera to the hand-over to the viewer',
      labelNames,
      buckets: [0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.5, 1],
      registers,
    });
  }

  connectionEnded(reason: EndReason | 'refused'): void {
    this.#connectionsEnded.inc({ reason });
  }

  viewersChanged(kind: ViewerKind, viewers: number): void {
    this.#viewers.set({ kind }, viewers);
  }

  frameSent(kind: DeliveryKind, bytes: number, ageMs: number): void {
    this.#frames.inc({ kind });
    this.#bytes.inc({ kind }, bytes);
    this.#ageSeconds.observe({ kind }, ageMs / 1000);
  }

  framesSkipped(kind: DeliveryKind, frames: number): void {
    this.#skipped.inc({ kind }, frames);
  }

  frameRefused(reason: FrameRefusal): void {
    this.#refused.inc({ reason });
  }
}
