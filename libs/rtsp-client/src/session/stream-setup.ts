/** From a track of the description to a stream that is set up: receiver, transport, SETUP (RFC 2326 §10.4). */

import { type AudioAccessUnit, AudioReceiver, type VideoAccessUnit, VideoReceiver } from '@oriel/rtp';
import type { SessionEvent, TransportName } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import type { AudioTrack } from '../sdp/choose-audio.ts';
import { VIDEO_CLOCK_RATE_HZ, type VideoTrack } from '../sdp/choose-video.ts';
import { createMediaTransport } from '../transport/create-media-transport.ts';
import type { InterleavedChannels } from '../transport/interleaved-channels.ts';
import type { MediaTransport } from '../transport/media-transport.ts';
import type { Clock } from './clock.ts';
import type { DeviationLog } from './deviation-log.ts';
import { Detour, type Handshake } from './handshake.ts';
import type { MediaStreams, StreamReceiver } from './media-streams.ts';
import type { RtspConnection } from './rtsp-connection.ts';

/** Where a session's media goes. */
export interface MediaConsumer {
  readonly onVideo: (accessUnit: VideoAccessUnit) => void;
  readonly onAudio: ((accessUnit: AudioAccessUnit) => void) | undefined;
  readonly onEvent: (event: SessionEvent) => void;
  readonly backlogBytes: (() => number) | undefined;
}

export interface StreamSetupOptions {
  readonly peer: string;
  readonly host: string;
  readonly transport: TransportName;
  readonly connection: RtspConnection;
  readonly handshake: Handshake;
  readonly channels: InterleavedChannels;
  readonly streams: MediaStreams;
  readonly clock: Clock;
  readonly deviations: DeviationLog;
  readonly consumer: MediaConsumer;
  readonly guard: (action: () => void) => void;
  readonly isEnding: () => boolean;
  readonly fail: (error: RtspError) => void;
  /** The session was closed meanwhile: throws why. */
  readonly throwIfCancelled: () => void;
  readonly onVideoPacket: (arrivalTimeUs: number) => void;
  /** Sound and RTCP. */
  readonly onOtherPacket: (arrivalTimeUs: number) => void;
  readonly onBye: () => void;
}

export class StreamSetup {
  readonly #options: StreamSetupOptions;

  constructor(options: StreamSetupOptions) {
    this.#options = options;
  }

  /** @throws RtspError or Detour. */
  async video(track: VideoTrack, controlUrl: string): Promise<void> {
    const { consumer, onBye } = this.#options;
    const receiver = new VideoReceiver({
      codec: track.codec,
      clockRateHz: VIDEO_CLOCK_RATE_HZ,
      payloadTypes: track.payloadTypes,
      parameterSets: track.parameterSets,
      maxDonDiff: track.maxDonDiff,
      transport: this.#order,
      ...(consumer.backlogBytes === undefined ? {} : { consumerBacklogBytes: consumer.backlogBytes }),
      onAccessUnit: (accessUnit) => this.#handOn(() => consumer.onVideo(accessUnit), 'picture'),
      onEvent: consumer.onEvent,
      onBye,
    });
    await this.#setup('video', receiver, track.payloadTypes, controlUrl);
  }

  /** A camera that refuses its sound plays without. @throws RtspError when it is the connection that failed. */
  async audio(track: AudioTrack, controlUrl: string): Promise<void> {
    const { consumer, deviations } = this.#options;
    const { onAudio } = consumer;
    if (onAudio === undefined) return;
    const receiver = new AudioReceiver({
      ...track,
      transport: this.#order,
      onAudio: (accessUnit) => this.#handOn(() => onAudio(accessUnit), 'sound'),
      onEvent: consumer.onEvent,
    });
    try {
      await this.#setup('audio', receiver, track.payloadTypes, controlUrl);
    } catch (error) {
      const isRefusal =
        error instanceof Detour || (error instanceof RtspError && error.context.statusCode !== undefined);
      if (!isRefusal) throw error;
      deviations.note('audio-refused', 'The camera describes sound and then refuses it; it plays without');
    }
  }

  get #order(): 'tcp' | 'udp' {
    const { transport } = this.#options;
    return transport === 'tcp' || transport === 'http' ? 'tcp' : 'udp';
  }

  async #setup(
    kind: 'video' | 'audio',
    receiver: StreamReceiver,
    payloadTypes: readonly number[],
    controlUrl: string,
  ): Promise<void> {
    const { handshake, streams, throwIfCancelled } = this.#options;
    const transport = await this.#createTransport(kind, receiver, payloadTypes);
    try {
      throwIfCancelled();
      const { ssrc } = await handshake.setup(controlUrl, transport);
      receiver.hint({ ssrc });
    } catch (error) {
      await transport.close();
      throw error;
    }
    streams.add({ kind, controlUrl, receiver, transport });
  }

  #createTransport(
    kind: 'video' | 'audio',
    receiver: StreamReceiver,
    payloadTypes: readonly number[],
  ): Promise<MediaTransport> {
    const { transport, peer, host, connection, channels, deviations, clock } = this.#options;
    const { guard, isEnding, onVideoPacket, onOtherPacket } = this.#options;
    return createMediaTransport(transport, {
      peer,
      localAddress: connection.localAddress ?? '0.0.0.0',
      peerAddress: connection.remoteAddress ?? host,
      channels,
      payloadTypes,
      sink: {
        onRtp: (packet, arrivalTimeUs) => {
          if (isEnding()) return;
          if (kind === 'video') onVideoPacket(arrivalTimeUs);
          else onOtherPacket(arrivalTimeUs);
          receiver.pushRtp(packet, arrivalTimeUs);
        },
        onRtcp: (packet, arrivalTimeUs) => {
          if (isEnding()) return;
          onOtherPacket(arrivalTimeUs);
          receiver.pushRtcp(packet, arrivalTimeUs);
        },
      },
      send: (bytes) => connection.send(bytes),
      nowUs: () => clock.nowUs(),
      note: (reason, message) => deviations.note(reason, message),
      count: (reason) => void deviations.count(reason),
      guard,
    });
  }

  #handOn(action: () => void, what: string): void {
    const { isEnding, fail, peer } = this.#options;
    if (isEnding()) return;
    try {
      action();
    } catch (cause) {
      const message = `The ${what} could not be handed on; this is a fault of the application`;
      fail(new RtspError('consumer-failed', message, { peer }, { cause }));
    }
  }
}
