/** No password in anything that leaves the library. */
import { inspect } from 'node:util';
import { waitFor } from '@oriel/testing';
import { type ScriptedReply, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

const pictures = new TestPictures();

async function sendPicture(server: ScriptedServer): Promise<void> {
  const count = bench.pictures.length;
  for (const packet of pictures.next()) server.connection.sendFrame(0, packet);
  await waitFor(() => bench.pictures.length > count);
}

describe('secrets', () => {
  const canary = 'canary-7f3a';
  const scripts: { name: string; replies: Record<string, ScriptedReply>; sdp?: string }[] = [
    {
      name: 'a wrong password',
      replies: { OPTIONS: { status: 401, reason: 'No', headers: { 'WWW-Authenticate': 'Basic realm="r"' } } },
    },
    { name: 'a 404', replies: { DESCRIBE: { status: 404, reason: 'No' } } },
    { name: 'a bad codec', replies: {}, sdp: 'v=0\r\nm=video 0 RTP/AVP 26\r\n' },
    {
      name: 'a redirect without end',
      replies: { OPTIONS: ({ uri }) => ({ status: 302, reason: 'No', headers: { Location: uri } }) },
    },
    { name: 'garbage', replies: { OPTIONS: () => '\x01'.repeat(300_000) } },
    { name: 'a PLAY refused', replies: { PLAY: { status: 500, reason: 'No' } } },
  ];
  it.each(scripts)('no password in the error of $name', async ({ replies, sdp }) => {
    const server = await bench.server({ replies, ...(sdp === undefined ? {} : { sdp }) });
    const error = await bench.refusal({ url: `rtsp://user-${canary}:pass-${canary}@127.0.0.1:${server.port}/stream` });
    expect(
      `${error}${error.stack}${JSON.stringify(error)}${inspect(error, { depth: 20, showHidden: true })}`,
    ).not.toContain(canary);
  });

  it.each([
    'ftp://u:canary-7f3a@h/',
    'rtsp://u:canary-7f3a@',
    'rtsp://u:canary-7f3a@10.0.0.1:0/',
    'rtsp://u:canary-7f3a@h\n/',
  ])('no password in the error of the address %j', async (url) => {
    const error = await bench.refusal({ url });
    expect(error).toMatchObject({ code: 'invalid-url', retryable: false });
    expect(
      `${error}${error.stack}${JSON.stringify(error)}${inspect(error, { depth: 20, showHidden: true })}`,
    ).not.toContain(canary);
  });

  it('no password in the session object or its events', async () => {
    const server = await bench.server({
      replies: { OPTIONS: [{ status: 401, reason: 'No', headers: { 'WWW-Authenticate': 'Basic realm="r"' } }, {}] },
    });
    const session = await bench.open({ url: `rtsp://user-${canary}:pass-${canary}@127.0.0.1:${server.port}/stream` });
    await sendPicture(server);
    for (const value of [session, session.stats(), bench.events, bench.pictures.length]) {
      expect(JSON.stringify(value) + inspect(value, { depth: 20 })).not.toContain(canary);
    }
  });
});
