/**
 * `npm run bench:rtsp -- [--cameras 1,10,50,100] [--ffmpeg 1,10,50] [--seconds 15] [--rounds 2] [--write]`
 *
 * What receiving costs: N simulated cameras of 4 Mbit/s over loopback (RTP in TCP), taken by one process with this client, and
 * by N processes of ffmpeg that copy to nowhere. In turns, on the same cameras. Then how fast packets become pictures.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCameras, startFfmpegs, startIngest, usageOf } from './processes.mjs';

const SETTLE_MS = 4_000;
const { values } = parseArgs({
  options: {
    cameras: { type: 'string', default: '1,10,50,100' },
    ffmpeg: { type: 'string', default: '1,10,50' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '2' },
    bitrate: { type: 'string', default: '4M' },
    write: { type: 'boolean', default: false },
  },
});
const numbers = (text) => text.split(',').map(Number);
const turnMs = Number(values.seconds) * 1_000;
const rows = [];
for (const cameras of numbers(values.cameras)) {
  const source = await startCameras(cameras, values.bitrate);
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      rows.push({ reader: 'oriel', cameras, ...(await measure(await startIngest(source.urls), source)) });
      const withFfmpeg = numbers(values.ffmpeg).includes(cameras);
      if (withFfmpeg)
        rows.push({ reader: 'ffmpeg', cameras, ...(await measure(await startFfmpegs(source.urls), source)) });
    }
  } finally {
    await source.stop();
  }
}
const depacketizing = execFileSync(
  process.execPath,
  [fileURLToPath(new URL('../../rtp/bench/depacketize.mjs', import.meta.url)), '3'],
  {
    encoding: 'utf8',
  },
).trim();
console.log(`\n${table()}\n\n${depacketizing}`);
if (values.write) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = {
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    node: process.versions.node,
    ffmpeg: version(),
  };
  const record = { date, machine, turnMs, bitrate: values.bitrate, rows, depacketizing: depacketizing.split('\n') };
  writeFileSync(new URL(`results/${date}.json`, import.meta.url), `${JSON.stringify(record, undefined, 2)}\n`);
}

async function measure(reader, source) {
  try {
    await pause(SETTLE_MS);
    const [before, countBefore, senderBefore] = [usageOf(reader.pids), await reader.count?.(), usageOf(source.pids)];
    await pause(turnMs);
    const [after, countAfter, senderAfter] = [usageOf(reader.pids), await reader.count?.(), usageOf(source.pids)];
    const elapsedMs = after.atMs - before.atMs;
    const result = {
      cores: (after.cpuMs - before.cpuMs) / elapsedMs,
      memoryBytes: after.memoryBytes,
      senderCores: (senderAfter.cpuMs - senderBefore.cpuMs) / elapsedMs,
      load: loadavg()[0],
      ...(countAfter && {
        mbitPerSecond: ((countAfter.bytes - countBefore.bytes) * 8) / elapsedMs / 1_000,
        framesPerSecond: ((countAfter.accessUnits - countBefore.accessUnits) * 1_000) / elapsedMs,
        lostPackets: countAfter.lostPackets,
      }),
    };
    console.log(reader.count ? 'oriel' : 'ffmpeg', source.urls.length, JSON.stringify(result));
    return result;
  } finally {
    await reader.stop();
  }
}

function table() {
  const lines = [
    '| reader | cameras | cores | CPU ms per Mbit | memory | lost | load |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  const cases = new Map(rows.map((row) => [`${row.reader} ${row.cameras}`, row]));
  for (const { reader, cameras } of cases.values()) {
    const own = rows.filter((row) => row.reader === reader && row.cameras === cameras);
    const mean = (list, key) => list.reduce((sum, row) => sum + (row[key] ?? 0), 0) / list.length;
    // ffmpeg received what we did: the same cameras, in turns.
    const ours = rows.filter((row) => row.reader === 'oriel' && row.cameras === cameras);
    const perMbitMs = (mean(own, 'cores') * 1_000) / mean(ours, 'mbitPerSecond');
    const lost = reader === 'oriel' ? mean(own, 'lostPackets').toFixed(0) : '';
    lines.push(
      `| ${reader} | ${cameras} | ${mean(own, 'cores').toFixed(3)} | ${perMbitMs.toFixed(2)} | ${(mean(own, 'memoryBytes') / 1e6).toFixed(0)} MB | ${lost} | ${mean(own, 'load').toFixed(1)} |`,
    );
  }
  return lines.join('\n');
}

function version() {
  return /^ffmpeg version (\S+)/.exec(execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }))?.[1];
}
