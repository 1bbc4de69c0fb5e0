import type { SessionEvent, SessionStats, VideoAccessUnit } from '@oriel/rtsp-client';
import { type AudioAccessUnit, openRtspSession, type RtspSession, type RtspSessionOptions } from '@oriel/rtsp-client';

export interface Played {
  readonly pictures: readonly VideoAccessUnit[];
  readonly sounds: readonly AudioAccessUnit[];
  readonly events: readonly SessionEvent[];
  readonly stats: SessionStats;
}

/** Plays until so many pictures have come, then closes. @throws RtspError when the session cannot be opened or ends before. */
export async function playPictures(options: Omit<RtspSessionOptions, 'onVideo'>, count: number): Promise<Played> {
  const pictures: VideoAccessUnit[] = [];
  const sounds: AudioAccessUnit[] = [];
  const events: SessionEvent[] = [];
  let onEnough: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => {
    onEnough = resolve;
  });
  const session: RtspSession = await openRtspSession({
    ...options,
    onVideo: (picture) => {
      if (pictures.push(picture) === count) onEnough();
    },
    onAudio: (sound) => sounds.push(sound),
    onEvent: (event) => events.push(event),
  });
  try {
    const ended = session.ended.then((error) => {
      throw error ?? new Error('The camera ended the session');
    });
    await Promise.race([enough, ended]);
    return { pictures, sounds, events, stats: session.stats() };
  } finally {
    await session.close();
  }
}
