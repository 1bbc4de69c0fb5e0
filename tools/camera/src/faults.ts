import { EventEmitter } from 'node:events';
import { NO_PACKET_FAULTS, type PacketFaultRates } from '@oriel/simulation';

/** Lasting faults. Each can be set at start and changed at any time. Garbage is inserted over TCP only. */
export interface FaultSettings extends PacketFaultRates {
  /** Delays each picture by a random time up to this, keeping their order. */
  readonly delayMs: number;
  /** Clears the marker bit of every packet. */
  readonly noMarker: boolean;
  /** Sets the marker bit on packets with parameter sets too. */
  readonly markerOnParameterSets: boolean;
  /** Delays each reply. */
  readonly replyDelayMs: number;
  /** Answers every request with this status: 453, 503, 500, 404, …; 0 for none. */
  readonly refuseStatus: number;
  /** `Retry-After` of refused requests; 0 for none. */
  readonly retryAfterSeconds: number;
  /** Seed of the random choices above. */
  readonly seed: number;
}

export const NO_FAULTS: FaultSettings = {
  ...NO_PACKET_FAULTS,
  delayMs: 0,
  noMarker: false,
  markerOnParameterSets: false,
  replyDelayMs: 0,
  refuseStatus: 0,
  retryAfterSeconds: 0,
  seed: 1,
};

/** One-off faults, which happen when requested. */
interface FaultEvents {
  halfOpen: [];
  reboot: [downMs: number];
  changeSsrc: [];
  jumpTimestamp: [seconds: number];
  settings: [];
}

/** Controls the faults of a running camera. */
export class CameraFaults {
  /** For the server only. */
  readonly events = new EventEmitter<FaultEvents>();
  #settings: FaultSettings;
  #stalledUntilMs = 0;

  constructor(settings: Partial<FaultSettings> = {}) {
    this.#settings = { ...NO_FAULTS, ...settings };
  }

  get settings(): FaultSettings {
    return this.#settings;
  }

  get stalled(): boolean {
    return performance.now() < this.#stalledUntilMs;
  }

  /** Changes the given settings and keeps the others. */
  set(settings: Partial<FaultSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.events.emit('settings');
  }

  /** Ends all lasting faults and any stall. */
  clear(): void {
    this.#settings = NO_FAULTS;
    this.#stalledUntilMs = 0;
    this.events.emit('settings');
  }

  /** Stops media for this long. Connections stay open and requests are answered. */
  stall(seconds: number): void {
    this.#stalledUntilMs = performance.now() + seconds * 1000;
  }

  /** Leaves current connections half-open: nothing is sent or read, and no FIN. New ones work. */
  halfOpen(): void {
    this.events.emit('halfOpen');
  }

  /** Closes everything and refuses connections for this long. Session ids, SSRCs, sequence numbers, timestamps and pictures then start afresh. */
  reboot(seconds: number): void {
    this.events.emit('reboot', seconds * 1000);
  }

  /** Continues each session with another SSRC. */
  changeSsrc(): void {
    this.events.emit('changeSsrc');
  }

  /** Shifts each session's RTP timestamps forward or, if negative, back. */
  jumpTimestamp(seconds: number): void {
    this.events.emit('jumpTimestamp', seconds);
  }
}
