/** Processes of the bench, and what Linux counts of them (proc(5)). */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CAMERA = fileURLToPath(new URL('../../../tools/camera/dist/main.js', import.meta.url));
const TICKS_PER_SECOND = 100;

/** @returns its addresses, once they can be played. */
export async function startCameras(count, bitrate) {
  const size = ['--size', '1280x720', '--framerate', '25'];
  const args = ['--port', '0', '--pre-encoded', '--cameras', String(count), '--bitrate', bitrate, ...size];
  const child = spawn(process.execPath, [CAMERA, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const urls = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Ready: (\S+)/.exec(line)?.[1];
    if (url !== undefined) urls.push(url);
    if (urls.length === count) break;
  }
  return { pids: [child.pid], urls, stop: () => end(child, 'SIGTERM') };
}

export async function startIngest(urls, nodeOptions = []) {
  const child = fork(fileURLToPath(new URL('ingest-process.mjs', import.meta.url)), [], { execArgv: nodeOptions });
  child.on('message', ({ ended }) => ended && console.error(`a session ended: ${ended}`));
  const answer = (key) =>
    new Promise((resolve, reject) => {
      const onMessage = (message) => {
        if (!(key in message)) return;
        child.off('message', onMessage);
        resolve(message);
      };
      child.on('message', onMessage);
      child.once('exit', () => reject(new Error('the ingest process ended')));
    });
  child.send({ urls });
  await answer('ready');
  const count = () => {
    const counted = answer('accessUnits');
    child.send({ count: true });
    return counted;
  };
  return { pids: [child.pid], count, stop: () => end(child, undefined) };
}

/** What an ffmpeg for each camera does that only receives: no decoding, no file. */
export async function startFfmpegs(urls) {
  const children = urls.map((url) => {
    const args = [
      '-nostdin',
      '-loglevel',
      'error',
      '-rtsp_transport',
      'tcp',
      '-i',
      url,
      '-c',
      'copy',
      '-f',
      'null',
      '-',
    ];
    return spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  });
  return {
    pids: children.map(({ pid }) => pid),
    stop: () => Promise.all(children.map((child) => end(child, 'SIGKILL'))),
  };
}

/** Without a signal: by letting go of its channel. */
async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (signal === undefined) child.disconnect();
  else child.kill(signal);
  await exited;
}

/** User and system time of all threads, and memory with shared pages in parts. */
export function usageOf(pids) {
  let cpuMs = 0;
  let memoryBytes = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    cpuMs += ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
    const pss = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
    memoryBytes += Number(pss) * 1_024;
  }
  return { atMs: performance.now(), cpuMs, memoryBytes };
}
