import type { Engine, EngineName } from './engine.ts';

/** Imports only the chosen engine: a host without node-av's binaries can still run the `ffmpeg` engine. */
export async function openEngine(name: EngineName): Promise<Engine> {
  if (name === 'ffmpeg') {
    const { FfmpegEngine } = await import('./ffmpeg/ffmpeg-engine.ts');
    return new FfmpegEngine();
  }
  const { LibavEngine } = await import('./libav/libav-engine.ts');
  return new LibavEngine();
}
