/** From a track of the description to a stream that is set up: receiver, transport, SETUP (RFC 2326 §10.4). */
import { AudioReceiver, VideoReceiver } from '@oriel/rtp';
import type { TransportName } from '../api.ts';
import { nowMs } from '../clock.ts';
import { RtspError } from '../rtsp-error.ts';
import type { AudioTrack } from '../sdp/choose-audio.ts';
import { VIDEO_CLOCK_RATE_HZ, type VideoTrack } from '../sdp/choose-video.ts';
import { createMediaTransport } from '../transport/create-media-transport.ts';
import type { InterleavedChannels } from '../transport/interleaved-channels.ts';
import { Redirected, TransportRefused } from './attempt-end.ts';
import type { AttemptScope } from './attempt-scope.ts';
import type { MediaDelivery } from './media-delivery.ts';
import type { MediaStream, MediaStreams } from './media-streams.ts';
import { PacketIntake } from './packet-intake.ts';
import type { RtspConnection } from './rtsp-connection.ts';
import type { DescribedTrack, RtspMethods } from './rtsp-methods.ts';

export class StreamSetup {
  readonly #scope: AttemptScope;
  readonly #connection: RtspConnection;
  readonly #methods: RtspMethods;
  readonly #channels: InterleavedChannels;
  readonly #streams: MediaStreams;
  readonly #delivery: MediaDelivery;

  constructor(
    scope: AttemptScope,
    connection: RtspConnection,
    methods: RtspMethods,
    channels: InterleavedChannels,
    streams: MediaStreams,
    delivery: MediaDelivery,
  ) {
    this.#scope = scope;
    this.#connection = connection;
    this.#methods = methods;
    this.#channels = channels;
    this.#streams = streams;
    this.#delivery = delivery;
  }

  /** @throws RtspError, Redirected or TransportRefused. */
  async video({ track, controlUrl }: DescribedTrack<VideoTrack>, transport: TransportName): Promise<void> {
    const { backlogBytes, onEvent } = this.#delivery.consumer;
    const receiver = new VideoReceiver({
      codec: track.codec,
      clockRateHz: VIDEO_CLOCK_RATE_HZ,
      payloadTypes: track.payloadTypes,
      parameterSets: track.parameterSets,
      maxDonDiff: track.maxDonDiff,
      transport: packetOrder(transport),
      ...(backlogBytes === undefined ? {} : { consumerBacklogBytes: backlogBytes }),
      onAccessUnit: (accessUnit) => this.#delivery.video(accessUnit),
      onEvent,
      onBye: () => this.#streams.arrivals.onBye(nowMs(this.#scope.clock)),
    });
    await this.#setUp({ kind: 'video', controlUrl, receiver }, track.payloadTypes, transport);
  }

  /** A camera that refuses its sound plays without. @throws RtspError when it is the connection that failed. */
  async audio({ track, controlUrl }: DescribedTrack<AudioTrack>, transport: TransportName): Promise<void> {
    const receiver = new AudioReceiver({
      ...track,
      transport: packetOrder(transport),
      onAudio: (accessUnit) => this.#delivery.audio(accessUnit),
      onEvent: this.#delivery.consumer.onEvent,
    });
    try {
      await this.#setUp({ kind: 'audio', controlUrl, receiver }, track.payloadTypes, transport);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = 'The camera describes sound and then refuses it; it plays without';
      this.#scope.deviations.note('audio-refused', message);
    }
  }

  async #setUp(
    stream: Omit<MediaStream, 'transport'>,
    payloadTypes: readonly number[],
    transportName: TransportName,
  ): Promise<void> {
    const { ending, peer, clock, deviations } = this.#scope;
    const transport = await createMediaTransport(transportName, {
      peer,
      connection: this.#connection,
      channels: this.#channels,
      payloadTypes,
      sink: new PacketIntake(stream, this.#streams.arrivals, ending),
      clock,
      deviations,
    });
    try {
      // The session may have been closed while ports were bound.
      ending.signal.throwIfAborted();
      const { ssrc } = await this.#methods.setup(stream.controlUrl, transport);
      stream.receiver.hint({ ssrc });
    } catch (error) {
      await transport.close();
      throw error;
    }
    this.#streams.add({ ...stream, transport });
  }
}

function packetOrder(transport: TransportName): 'tcp' | 'udp' {
  return transport === 'tcp' || transport === 'http' ? 'tcp' : 'udp';
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof TransportRefused ||
    error instanceof Redirected ||
    (error instanceof RtspError && error.context.statusCode !== undefined)
  );
}
