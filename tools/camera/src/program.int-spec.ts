import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RunningProgram, waitFor } from '@oriel/testing';
import { RtspTestClient } from '../test/rtsp-test-client.ts';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const programs: RunningProgram[] = [];

async function start(args: string[], ready?: RegExp): Promise<RunningProgram> {
  if (!existsSync(MAIN)) throw new Error('the program is not built: run npm run build');
  const program = await RunningProgram.start({ command: process.execPath, args: [MAIN, ...args], ready });
  programs.push(program);
  return program;
}

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.stop()));
});

describe('the program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints a line for each camera, serves it, and ends all at %s',
    async (signal) => {
      const program = await start(['--port', '0', '--cameras', '2', '--size', '320x240', '--pre-encoded'], /cam2\n/);
      const urls = [...program.output.matchAll(/^Ready: (\S+)$/gm)].map((match) => match[1] ?? '');
      expect(urls.map((url) => new URL(url).pathname)).toEqual(['/cam1', '/cam2']);
      const client = await RtspTestClient.play(urls[1] ?? '');
      await client.packetsUpTo(10);
      program.signal(signal);
      expect(await program.ended).toBe(0);
      await waitFor(() => client.closed);
    },
  );

  it('takes faults on its input', async () => {
    const program = await start(['--port', '0', '--size', '320x240'], /cam1\n/);
    const client = await RtspTestClient.play(/rtsp:\S+/.exec(program.output)?.[0] ?? '');
    await client.packetsUpTo(1);
    program.write('ssrc\njump 10\nstats\nnonsense\n');
    await waitFor(() => program.output.includes('not a command: nonsense'));
    expect(program.output).toContain('ok ssrc\nok jump 10\n');
    expect(program.output).toContain('"openSessions":1');
    await waitFor(() => new Set(client.packets.map(({ ssrc }) => ssrc)).size === 2);
    client.close();
  });

  it('carries out faults by the clock', async () => {
    const program = await start(
      ['--port', '0', '--size', '320x240', '--every', '0.2 ssrc', '--at', '0.1 nonsense'],
      /cam1\n/,
    );
    const client = await RtspTestClient.play(/rtsp:\S+/.exec(program.output)?.[0] ?? '');
    await waitFor(() => new Set(client.packets.map(({ ssrc }) => ssrc)).size >= 3);
    expect(program.output).toContain('ok ssrc\n');
    expect(program.output).toContain('not a command: nonsense');
    client.close();
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it.each([
    { args: ['--help'], code: 0, says: 'Usage: npm run camera' },
    { args: ['--size', 'x'], code: 2, says: '--size must look like' },
    { args: ['--clip', '/no/such.mp4', '--port', '0'], code: 1, says: 'camera: ' },
  ])('$args ends with $code', async ({ args, code, says }) => {
    const program = await start(args);
    expect(await program.ended).toBe(code);
    expect(program.output).toContain(says);
  });

  it('says so when its port is taken', async () => {
    const first = await start(['--port', '0', '--size', '320x240'], /cam1\n/);
    const port = new URL(/rtsp:\S+/.exec(first.output)?.[0] ?? '').port;
    const second = await start(['--port', port, '--size', '320x240']);
    expect(await second.ended).toBe(1);
    expect(second.output).toContain('EADDRINUSE');
  });
});
