/** Maps interleaved channels to media (RFC 2326 §10.12). */
import type { ChannelExpectation } from '../message/message-start.ts';
import type { PacketSink } from './media-transport.ts';
import { classifyPacket } from './packet-kind.ts';

interface Assignment {
  readonly role: 'rtp' | 'rtcp';
  readonly payloadTypes: readonly number[];
  readonly sink: PacketSink;
}

export type Routing = 'routed' | 'rerouted' | 'empty' | 'unassigned';

export class InterleavedChannels implements ChannelExpectation {
  readonly #assignments = new Map<number, Assignment>();

  /** Media may share payload types, so the channel alone decides. */
  assign(channels: readonly [rtp: number, rtcp: number], payloadTypes: readonly number[], sink: PacketSink): void {
    this.#assignments.set(channels[0], { role: 'rtp', payloadTypes, sink });
    this.#assignments.set(channels[1], { role: 'rtcp', payloadTypes, sink });
  }

  isAssigned(channel: number): boolean {
    return this.#assignments.has(channel);
  }

  looksLikeMedia(head: Uint8Array, payloadBytes: number): boolean {
    for (const { payloadTypes } of this.#assignments.values()) {
      if (classifyPacket(head, payloadBytes, payloadTypes) !== 'unknown') return true;
    }
    return false;
  }

  /** Hands a frame to its media. RTCP on an RTP channel, or the reverse, is rerouted. */
  route(channel: number, packet: Uint8Array, arrivalTimeUs: number): Routing {
    const assignment = this.#assignments.get(channel);
    if (assignment === undefined) return 'unassigned';
    if (packet.length === 0) return 'empty';
    const kind = classifyPacket(packet, packet.length, assignment.payloadTypes);
    const role = kind === 'unknown' ? assignment.role : kind;
    if (role === 'rtp') assignment.sink.onRtp(packet, arrivalTimeUs);
    else assignment.sink.onRtcp(packet, arrivalTimeUs);
    return role === assignment.role ? 'routed' : 'rerouted';
  }
}
