import type { VideoCodec } from '@oriel/model';
import { parameterSetsOf } from './live-source.ts';
import type { CodedPicture, PictureListener, VideoSource } from './video-source.ts';
import { nowUs } from './wall-clock.ts';

/** Pictures to play in a loop. The first one is a keyframe. */
export interface Recording {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  readonly pictures: readonly CodedPicture[];
  /** Presentation time of each picture, relative to the recording's start. */
  readonly timesMs: readonly number[];
  /** Time from the first picture to the first one of the next round. */
  readonly durationMs: number;
}

/** After a longer pause of the process, playback resumes from now instead of sending the missed pictures all at once. */
const MAX_LATE_MS = 1000;

/** Plays a recording in an endless loop, with times that continue across the seam. */
export class ReplaySource implements VideoSource {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  readonly parameterSets: readonly Uint8Array[];
  readonly #recording: Recording;
  readonly #phaseMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param phaseMs delays the first picture, so that many cameras do not all send at the same moment */
  constructor(recording: Recording, phaseMs = 0) {
    const first = recording.pictures[0];
    if (first === undefined || !first.isKeyframe) throw new Error('a recording starts with a keyframe');
    this.codec = recording.codec;
    this.width = recording.width;
    this.height = recording.height;
    this.framerate = recording.framerate;
    this.parameterSets = parameterSetsOf(recording.codec, first);
    this.#recording = recording;
    this.#phaseMs = phaseMs;
  }

  async start(listener: PictureListener): Promise<void> {
    if (this.#timer !== undefined) throw new Error('the source already runs');
    const { pictures, timesMs, durationMs } = this.#recording;
    let startMs = performance.now() + this.#phaseMs;
    let startUs = nowUs() + this.#phaseMs * 1000;
    // With B-frames, presentation times are not in decoding order. Pictures are sent in decoding order at the sorted times.
    const sendTimesMs = timesMs.toSorted((a, b) => a - b);
    let index = 0;
    let roundMs = 0;
    const dueMs = () => roundMs + (sendTimesMs[index] as number);
    const sendDue = () => {
      const lateMs = performance.now() - startMs - dueMs();
      if (lateMs > MAX_LATE_MS) {
        startMs += lateMs;
        startUs += Math.round(lateMs * 1000);
      }
      while (performance.now() - startMs >= dueMs()) {
        const picture = pictures[index] as CodedPicture;
        listener({ picture, captureTimeUs: Math.round(startUs + (roundMs + (timesMs[index] ?? 0)) * 1000) });
        index += 1;
        if (index < pictures.length) continue;
        index = 0;
        roundMs += durationMs;
      }
      this.#timer = setTimeout(sendDue, Math.max(0, startMs + dueMs() - performance.now()));
    };
    this.#timer = setTimeout(sendDue, this.#phaseMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
