import type { Engine, EngineName } from './engine.ts';

/** Loads only what the engine needs: a host without node-av's binaries can still run the `ffmpeg` engine. */
export async function openEngine(name: EngineName): Promise<Engine> {
  if (name === 'ffmpeg') {
    const { FfmpegEngine } = await import('./ffmpeg/ffmpeg-engine.ts');
    return new FfmpegEngine();
  }
  const { LibavEngine } = await import('./libav/libav-engine.ts');
  return new LibavEngine();
}
