import type { TransportName } from '../api.ts';
import type { Clock } from '../clock.ts';
import type { DeviationLog } from '../deviation-log.ts';
import { RtspError } from '../rtsp-error.ts';
import type { InterleavedChannels } from './interleaved-channels.ts';
import { InterleavedTransport } from './interleaved-transport.ts';
import type { ControlConnection, MediaTransport, PacketSink } from './media-transport.ts';
import { MulticastTransport } from './multicast-transport.ts';
import { bindPortPair } from './udp-port-pair.ts';
import { RECEIVE_BUFFER_BYTES, UdpTransport } from './udp-transport.ts';

export interface MediaTransportOptions {
  /** Host and port, for error messages. */
  readonly peer: string;
  readonly connection: ControlConnection;
  readonly channels: InterleavedChannels;
  readonly payloadTypes: readonly number[];
  readonly sink: PacketSink;
  readonly clock: Clock;
  readonly deviations: DeviationLog;
}

/** @throws RtspError `unsupported-transport` when this machine has no free pair of UDP ports. */
export async function createMediaTransport(
  kind: TransportName,
  options: MediaTransportOptions,
): Promise<MediaTransport> {
  if (kind === 'tcp' || kind === 'http') return new InterleavedTransport(options);
  if (kind === 'multicast') return new MulticastTransport(options);
  const { peer, connection } = options;
  let cause: unknown;
  const ports = await bindPortPair({
    localAddress: connection.localAddress,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  }).catch((error: unknown) => {
    cause = error;
    return undefined;
  });
  if (ports !== undefined) return new UdpTransport({ ...options, ports });
  throw new RtspError('unsupported-transport', 'No two free UDP ports were found on this machine', { peer }, { cause });
}
