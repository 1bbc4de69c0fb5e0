import type { AudioAccessUnit, VideoAccessUnit } from '@oriel/rtp';
import type { SessionEvent } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import type { AttemptScope } from './attempt-scope.ts';

/** The application, as far as media goes. */
export interface MediaConsumer {
  readonly onVideo: (accessUnit: VideoAccessUnit) => void;
  readonly onAudio: ((accessUnit: AudioAccessUnit) => void) | undefined;
  readonly onEvent: (event: SessionEvent) => void;
  readonly backlogBytes: (() => number) | undefined;
}

/** Delivers media to the application until the attempt ends. What the application throws ends it. */
export class MediaDelivery {
  readonly consumer: MediaConsumer;
  readonly #scope: AttemptScope;

  constructor(consumer: MediaConsumer, scope: AttemptScope) {
    this.consumer = consumer;
    this.#scope = scope;
  }

  video(accessUnit: VideoAccessUnit): void {
    if (this.#scope.ending.isRequested) return;
    try {
      this.consumer.onVideo(accessUnit);
    } catch (cause) {
      this.#fail('picture', cause);
    }
  }

  audio(accessUnit: AudioAccessUnit): void {
    if (this.#scope.ending.isRequested) return;
    try {
      this.consumer.onAudio?.(accessUnit);
    } catch (cause) {
      this.#fail('sound', cause);
    }
  }

  #fail(what: string, cause: unknown): void {
    const { ending, peer } = this.#scope;
    const message = `The ${what} could not be handed on; this is a fault of the application`;
    ending.fail(new RtspError('consumer-failed', message, { peer }, { cause }));
  }
}
