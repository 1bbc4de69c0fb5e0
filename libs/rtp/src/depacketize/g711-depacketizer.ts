/** G.711 over RTP: one byte a sample, any number of them (RFC 3551 §4.5.14). */

import type { RtpPacket } from '../packet/rtp-packet.ts';
import type { AudioDepacketizerDeps } from './audio-frame.ts';

export type G711Law = 'pcmu' | 'pcma';

/** By `a=rtpmap`, which wins, else by the static payload types 0 and 8 (RFC 3551 §6); undefined for everything else. */
export function g711LawOf(payloadType: number, encodingName: string | undefined): G711Law | undefined {
  switch (encodingName?.toLowerCase()) {
    case 'pcmu':
      return 'pcmu';
    case 'pcma':
      return 'pcma';
    case undefined:
      return payloadType === 0 ? 'pcmu' : payloadType === 8 ? 'pcma' : undefined;
    default:
      return undefined;
  }
}

export class G711Depacketizer {
  #lostPackets = 0;

  constructor(private readonly deps: AudioDepacketizerDeps) {}

  /** The step of the timestamp need not match the length: some cameras leave silence out. */
  push({ payload, rtpTimestamp }: RtpPacket, lostPackets: number, arrivalTimeUs: number): void {
    this.#lostPackets += lostPackets;
    if (payload.length === 0) {
      this.deps.onFault('payload-empty');
      return;
    }
    const lostPacketsBefore = this.#lostPackets;
    this.#lostPackets = 0;
    // Not slice(): of a Buffer that would be a view.
    const data = new Uint8Array(payload);
    this.deps.onFrame({ data, rtpTimestamp, durationTicks: data.length, arrivalTimeUs, lostPacketsBefore });
  }

  /** Each packet stands alone. */
  restart(): void {}
}
