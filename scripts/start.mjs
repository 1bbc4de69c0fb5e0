// `npm start`: does all set-up, then runs Oriel on this machine until Ctrl-C.
import { readdirSync, readFileSync } from 'node:fs';
import { checkNode, endWithNpm, ensureBuilt, ensureDependencies, ensureSystem, orExplain } from './setup.mjs';

endWithNpm();
await orExplain(async () => {
  checkNode();
  await ensureDependencies();
  await ensureSystem(['redis', ...(usesFfmpegProgram() ? ['ffmpeg'] : [])], { required: true });
  const services = readdirSync(new URL('../services/', import.meta.url)).map((name) => `@oriel/${name}`);
  await ensureBuilt(['@oriel/local-stack', '@oriel/camera', ...services]);
  // In this process, so that signals reach it and its exit code is ours.
  process.setSourceMapsEnabled(true);
  await import('../tools/local-stack/dist/main.js');
});

/** Only a guess, made before a TOML reader is installed: at worst ffmpeg is installed and not used. */
function usesFfmpegProgram() {
  if (process.env.ORIEL_TRANSCODER_ENGINE) return process.env.ORIEL_TRANSCODER_ENGINE === 'ffmpeg';
  try {
    return /^\s*engine\s*=\s*["']ffmpeg["']/m.test(readFileSync(process.env.ORIEL_CONFIG || 'config.toml', 'utf8'));
  } catch {
    // No file, or one that cannot be read: who reads it in earnest will say so.
    return false;
  }
}
