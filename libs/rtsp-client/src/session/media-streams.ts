/** The streams that a session receives, each with the way its packets travel; the video first. */
import type { ReceiverStats, SourceHint } from '@oriel/rtp';
import type { MediaTransport } from '../transport/media-transport.ts';
import type { Ending } from './ending.ts';
import { MediaArrivals } from './media-arrivals.ts';

/** What pictures and sound have in common. */
export interface StreamReceiver {
  hint(hint: SourceHint): void;
  pushRtp(packet: Uint8Array, arrivalTimeUs: number): void;
  pushRtcp(packet: Uint8Array, arrivalTimeUs: number): void;
  tick(nowUs: number): void;
  receiverReport(nowUs: number): Uint8Array;
  bye(): Uint8Array;
  flush(): void;
  stats(): StreamStats;
}

export type StreamStats = Pick<
  ReceiverStats,
  'packets' | 'bytes' | 'lostPackets' | 'duplicatePackets' | 'accessUnits' | 'faults'
>;

export interface MediaStream {
  readonly kind: 'video' | 'audio';
  readonly controlUrl: string;
  readonly receiver: StreamReceiver;
  readonly transport: MediaTransport;
}

export class MediaStreams {
  readonly arrivals = new MediaArrivals();
  readonly #ending: Ending;
  readonly #streams: MediaStream[] = [];

  constructor(ending: Ending) {
    this.#ending = ending;
  }

  add(stream: MediaStream): void {
    this.#streams.push(stream);
  }

  /** Undefined until the first SETUP was answered. All streams of a session travel alike. */
  get transportKind(): MediaTransport['kind'] | undefined {
    return this.#streams[0]?.transport.kind;
  }

  get controlUrls(): readonly string[] {
    return this.#streams.map(({ controlUrl }) => controlUrl);
  }

  statsOf(kind: MediaStream['kind']): StreamStats | undefined {
    return this.#streams.find((stream) => stream.kind === kind)?.receiver.stats();
  }

  hint(controlUrl: string, hint: SourceHint): void {
    this.#streams.find((stream) => stream.controlUrl === controlUrl)?.receiver.hint(hint);
  }

  punchHoles(): void {
    for (const { transport } of this.#streams) transport.punchHole();
  }

  tick(nowUs: number): void {
    for (const { receiver } of this.#streams) receiver.tick(nowUs);
  }

  sendReports(nowUs: number): void {
    for (const { receiver, transport } of this.#streams) transport.sendRtcp(receiver.receiverReport(nowUs));
  }

  sayBye(): void {
    for (const { receiver, transport } of this.#streams) transport.sendRtcp(receiver.bye());
  }

  /** The connection is lost: delivers what is still held. */
  flush(): void {
    if (this.#ending.isRequested) return;
    try {
      for (const { receiver } of this.#streams) receiver.flush();
    } catch (error) {
      this.#ending.failByBug(error);
    }
  }

  /** Resolves when ports are free. */
  async close(): Promise<void> {
    await Promise.all(this.#streams.map(({ transport }) => transport.close()));
  }
}
