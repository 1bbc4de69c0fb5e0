/** G.711 over RTP: any number of samples, one byte each (RFC 3551 §4.5.14). */

import type { RtpPacket } from '../packet/rtp-packet.ts';
import type { AudioDepacketizerDeps } from './audio-frame.ts';

export type G711Law = 'pcmu' | 'pcma';

/** Goes by `a=rtpmap` first, else by static payload types 0 and 8 (RFC 3551 §6); undefined for anything else. */
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

  /** The timestamp may step further than the length: some cameras skip silence. */
  push({ payload, rtpTimestamp }: RtpPacket, lostPackets: number, arrivalTimeUs: number): void {
    this.#lostPackets += lostPackets;
    if (payload.length === 0) {
      this.deps.onFault('payload-empty');
      return;
    }
    const lostPacketsBefore = this.#lostPackets;
    this.#lostPackets = 0;
    // Copies: slice() of a Buffer would be a view.
    const data = new Uint8Array(payload);
    this.deps.onFrame({ data, rtpTimestamp, durationTicks: data.length, arrivalTimeUs, lostPacketsBefore });
  }

  /** Nothing to do: each packet stands alone. */
  restart(): void {}
}
