/** RTP inside the RTSP connection (RFC 2326 §10.12). */
import type { DeviationLog } from '../deviation-log.ts';
import type { TransportHeader } from '../message/transport-header.ts';
import type { InterleavedChannels } from './interleaved-channels.ts';
import type { ControlConnection, MediaTransport, PacketSink, TransportVerdict } from './media-transport.ts';

export interface InterleavedTransportOptions {
  readonly channels: InterleavedChannels;
  readonly payloadTypes: readonly number[];
  readonly sink: PacketSink;
  readonly connection: ControlConnection;
  readonly deviations: DeviationLog;
}

export class InterleavedTransport implements MediaTransport {
  readonly kind = 'tcp';
  readonly offer: string;
  readonly #options: InterleavedTransportOptions;
  #pair: readonly [number, number];

  constructor(options: InterleavedTransportOptions) {
    this.#options = options;
    const first = firstFreePair(options.channels);
    this.#pair = [first, first + 1];
    this.offer = `RTP/AVP/TCP;unicast;interleaved=${first}-${first + 1}`;
  }

  async accept(reply: TransportHeader | undefined): Promise<TransportVerdict> {
    const { channels, payloadTypes, sink, deviations } = this.#options;
    if (reply === undefined)
      deviations.note(
        'transport-missing',
        'The camera leaves the transport out of its reply; what was asked for is assumed',
      );
    else if (reply.lowerTransport !== 'tcp') return 'refused';
    const offered = reply?.interleaved ?? this.#pair;
    const isTaken = channels.isAssigned(offered[0]) || channels.isAssigned(offered[1]);
    if (isTaken) deviations.note('channel-taken', 'The camera gives one channel to two streams');
    else this.#pair = offered;
    channels.assign(this.#pair, payloadTypes, sink);
    return 'accepted';
  }

  punchHole(): void {}

  sendRtcp(packet: Uint8Array): void {
    const frame = new Uint8Array(4 + packet.length);
    frame.set([0x24, this.#pair[1], packet.length >> 8, packet.length & 0xff]);
    frame.set(packet, 4);
    this.#options.connection.send(frame);
  }

  async close(): Promise<void> {}
}

function firstFreePair(channels: InterleavedChannels): number {
  let first = 0;
  while (first < 254 && (channels.isAssigned(first) || channels.isAssigned(first + 1))) first += 2;
  return first;
}
