import { EventEmitter } from 'node:events';
import { NO_PACKET_FAULTS, type PacketFaultRates } from '@oriel/simulation';

/** Faults that last; each can be set at start and changed at any time. Garbage is interleaved over TCP only. */
export interface FaultSettings extends PacketFaultRates {
  /** Each picture leaves up to so much later, at random, in order. */
  readonly delayMs: number;
  /** No packet has the marker bit. */
  readonly noMarker: boolean;
  /** Packets with parameter sets have the marker bit too. */
  readonly markerOnParameterSets: boolean;
  /** Each reply waits this long. */
  readonly replyDelayMs: number;
  /** Every request is answered with this status: 453, 503, 500, 404, … 0 for none. */
  readonly refuseStatus: number;
  /** `Retry-After` of a refusal; 0 for none. */
  readonly retryAfterSeconds: number;
  /** Of the random choices above. */
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

/** What happens once, at the moment it is asked for. */
interface FaultEvents {
  halfOpen: [];
  reboot: [downMs: number];
  changeSsrc: [];
  jumpTimestamp: [seconds: number];
  settings: [];
}

/** The camera's faults while it runs. */
export class CameraFaults {
  /** For the server alone. */
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

  /** Changes the named settings, keeps the others. */
  set(settings: Partial<FaultSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.events.emit('settings');
  }

  /** Ends all lasting faults and a stall. */
  clear(): void {
    this.#settings = NO_FAULTS;
    this.#stalledUntilMs = 0;
    this.events.emit('settings');
  }

  /** No media for so long; connections stay, requests are answered. */
  stall(seconds: number): void {
    this.#stalledUntilMs = performance.now() + seconds * 1000;
  }

  /** Connections of this moment are never heard of again: nothing sent, nothing read, no FIN. New ones work. */
  halfOpen(): void {
    this.events.emit('halfOpen');
  }

  /** Closes everything; the port refuses for so long; then new session ids, SSRCs, sequence numbers, timestamps, pictures. */
  reboot(seconds: number): void {
    this.events.emit('reboot', seconds * 1000);
  }

  /** Each session goes on with another SSRC. */
  changeSsrc(): void {
    this.events.emit('changeSsrc');
  }

  /** Each session's RTP timestamps go on so much later, or earlier. */
  jumpTimestamp(seconds: number): void {
    this.events.emit('jumpTimestamp', seconds);
  }
}
