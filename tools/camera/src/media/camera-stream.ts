import type { CameraFaults } from '../faults.ts';
import type { CodedPicture, TimedPicture, VideoSource } from '../source/video-source.ts';
import { buildPacketBlock, type PacketBlock } from './packet-block.ts';
import type { RtpSession } from './rtp-session.ts';

export interface CameraStreamOptions {
  readonly path: string;
  readonly source: VideoSource;
  readonly maxPayloadBytes: number;
  readonly aggregate: boolean;
  readonly faults: CameraFaults;
  /** Cache of built blocks, shared by all streams of one source. */
  readonly blocks: PacketBlocks;
}

/** Caches packet blocks by picture, so that replayed and shared pictures are packetized once. */
export class PacketBlocks {
  #blocks = new WeakMap<CodedPicture, PacketBlock>();

  of(picture: CodedPicture, build: () => PacketBlock): PacketBlock {
    const known = this.#blocks.get(picture);
    if (known !== undefined) return known;
    const block = build();
    this.#blocks.set(picture, block);
    return block;
  }

  /** Call when the way packets are built changes. */
  clear(): void {
    this.#blocks = new WeakMap();
  }
}

/** One path of the server. Hands each picture to all sessions that watch it. */
export class CameraStream {
  readonly path: string;
  readonly source: VideoSource;
  readonly sessions = new Set<RtpSession>();
  readonly #options: CameraStreamOptions;

  constructor(options: CameraStreamOptions) {
    this.#options = options;
    this.path = options.path;
    this.source = options.source;
  }

  send({ picture, captureTimeUs }: TimedPicture): void {
    if (this.sessions.size === 0) return;
    const { blocks, faults, maxPayloadBytes, aggregate, source } = this.#options;
    const { noMarker, markerOnParameterSets } = faults.settings;
    const block = blocks.of(picture, () =>
      buildPacketBlock(picture, { codec: source.codec, maxPayloadBytes, aggregate, noMarker, markerOnParameterSets }),
    );
    for (const session of this.sessions) session.sendPicture(block, captureTimeUs);
  }
}
