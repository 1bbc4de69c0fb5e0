/**
 * Dialogues as known devices lead them, written by hand from public reports (docs/rtsp-interop.md#known-devices): what the tests
 * of each part do not show as a whole.
 */
import { waitFor } from '@oriel/testing';
import {
  replyText,
  SCRIPTED_SDP,
  type ScriptedReply,
  type ScriptedServer,
  TestPictures,
} from '@oriel/testing/scripted-server';
import { credentials, digest, SessionBench } from './testing-session.ts';

let bench: SessionBench;
let pictures: TestPictures;
beforeEach(() => {
  bench = new SessionBench();
  pictures = new TestPictures();
});
afterEach(() => bench.dispose());

const SOUND = 'm=audio 0 RTP/AVP 8\r\na=control:trackID=2\r\n';
const describeReply = { headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP };

/** A picture each quarter of a second, and the replies to what is asked meanwhile. */
async function playFor(server: ScriptedServer, durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 250) {
    const count = bench.pictures.length;
    for (const packet of pictures.next()) server.connection.sendFrame(0, packet);
    await waitFor(() => bench.pictures.length > count);
    bench.clock.advance(250);
  }
}

it('item 8, device 14: a session of 15 s whose keepalives get 400 under the next CSeq (Tapo C520WS, C220; retina#133, #136)', async () => {
  const wrong: ScriptedReply = ({ headers }) => ({
    status: 400,
    reason: 'Bad Request',
    headers: { CSeq: `${Number(headers.get('cseq')) + 1}` },
  });
  const server = await bench.server({
    replies: {
      OPTIONS: [{ headers: { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER' } }, wrong],
      SETUP: ({ headers }) => ({
        headers: { Session: '7B3C;timeout=15', Transport: headers.get('transport') ?? '' },
      }),
      GET_PARAMETER: wrong,
    },
  });
  const session = await bench.open({ url: server.url });
  await playFor(server, 30_000);
  expect(server.requests.length).toBeGreaterThan(6);
  expect(session.stats().accessUnits).toBe(120);
  expect(bench.deviations).toContain('cseq-wrong');
});

it('item 9, device 15: another nonce at the third keepalive, taken up from then on (Axis M5525)', async () => {
  let nonce = 'first';
  let keepalives = 0;
  const guarded =
    (reply: ScriptedReply): ScriptedReply =>
    (request, connection) => {
      if (request.method === 'GET_PARAMETER' && ++keepalives === 3) nonce = 'second';
      if (!request.headers.get('authorization')?.includes(`nonce="${nonce}"`)) {
        return { status: 401, reason: 'Unauthorized', headers: { 'WWW-Authenticate': digest(nonce) } };
      }
      return typeof reply === 'function' ? reply(request, connection) : reply;
    };
  const setup: ScriptedReply = ({ headers }) => ({
    headers: { Session: 'A;timeout=10', Transport: headers.get('transport') ?? '' },
  });
  const server = await bench.server({
    replies: {
      DESCRIBE: guarded(describeReply),
      SETUP: guarded(setup),
      PLAY: guarded({}),
      GET_PARAMETER: guarded({}),
    },
  });
  const session = await bench.open({ url: server.url, credentials });
  await playFor(server, 25_000);
  await waitFor(() => keepalives >= 5);
  const sent = server.requestsOf('GET_PARAMETER').map(({ headers }) => headers.get('authorization') ?? '');
  expect(sent.map((line) => /nonce="(\w+)"/.exec(line)?.[1]).slice(0, 5)).toEqual([
    ...['first', 'first', 'first', 'second', 'second'],
  ]);
  expect(session.stats().accessUnits).toBe(100);
});

it('item 9, device 16: two 401 in a row, each with a nonce of its own (Hikvision; go2rtc#2232)', async () => {
  const refusal = (nonce: string) => ({ status: 401, reason: 'No', headers: { 'WWW-Authenticate': digest(nonce) } });
  const server = await bench.server({ replies: { DESCRIBE: [refusal('one'), refusal('two'), describeReply] } });
  await bench.open({ url: server.url, credentials });
  expect(server.requestsOf('DESCRIBE').map(({ headers }) => headers.get('authorization') ?? 'none')).toEqual([
    'none',
    expect.stringContaining('nonce="one"'),
    expect.stringContaining('nonce="two"'),
  ]);
});

it('item 4, device 19: another session id in the reply to each SETUP (h264dvr): the first one stays', async () => {
  let ids = 0;
  const server = await bench.server({
    sdp: `${SCRIPTED_SDP}${SOUND}`,
    replies: {
      SETUP: ({ headers }) => ({
        headers: { Session: `id${++ids}`, Transport: headers.get('transport') ?? '' },
      }),
    },
  });
  const session = await bench.open({ url: server.url, onAudio: () => undefined });
  await session.close();
  expect(ids).toBe(2);
  expect(server.requests.slice(3).map(({ method, headers }) => `${method} ${headers.get('session')}`)).toEqual([
    ...['SETUP id1', 'PLAY id1', 'TEARDOWN id1'],
  ]);
});

it('item 7, device 20: GET_PARAMETER is tried, though not advertised, where OPTIONS is refused (EvoStream, html5_rtsp_player#73)', async () => {
  const server = await bench.server({
    replies: { OPTIONS: [{ headers: { Public: 'DESCRIBE, SETUP, PLAY' } }, { status: 405, reason: 'No' }] },
  });
  await bench.open({ url: server.url });
  await playFor(server, 40_000);
  expect(server.methods.slice(4)).toEqual(['OPTIONS', 'GET_PARAMETER']);
});

describe('item 31, device 21: the URL of SETUP', () => {
  it.each([
    {
      name: 'behind a query (Dahua)',
      path: '/cam/realmonitor?channel=1&subtype=0&proto=Onvif',
      base: (own: string) => `${own}/`,
      control: 'trackID=0',
      setup: '/cam/realmonitor?channel=1&subtype=0&proto=Onvif/trackID=0',
    },
    {
      name: 'on a base without scheme (Anjvision, moonfire#356)',
      path: '/stream0',
      base: (own: string) => own.replace('rtsp://', ''),
      control: 'track1',
      setup: '/stream0/track1',
    },
    {
      name: 'on a base that is a path (gortsplib#636)',
      path: '/live/main',
      base: () => '/live/other/',
      control: 'track1',
      setup: '/live/other/track1',
    },
    {
      name: 'with a slash in front (go2rtc#1236)',
      path: '/live',
      base: (own: string) => own,
      control: '/track1',
      setup: '/live/track1',
    },
    {
      name: 'with a private address, behind NAT (webrtc-streamer#215)',
      path: '/live',
      base: () => 'rtsp://192.168.1.64:554/live/',
      control: 'rtsp://192.168.1.64:554/live/trackID=1',
      setup: '/live/trackID=1',
    },
  ])('$name', async ({ path, base, control, setup }) => {
    const server = await bench.server({
      replies: {
        DESCRIBE: ({ uri }) => ({
          headers: { 'Content-Type': 'application/sdp', 'Content-Base': base(uri) },
          body: SCRIPTED_SDP.replace('a=control:trackID=1', `a=control:${control}`),
        }),
      },
    });
    const host = `rtsp://127.0.0.1:${server.port}`;
    await bench.open({ url: host + path });
    expect(server.requestsOf('SETUP').map(({ uri }) => uri)).toEqual([host + setup]);
  });
});

describe('item 56, device 24: RTP-Info', () => {
  it.each([
    { name: 'absent (VStarcam)', value: undefined },
    { name: 'rtptime=-1 (OMNY, moonfire#224)', value: 'url=rtsp://x/stream/trackID=1;seq=1;rtptime=-1' },
    { name: 'of zeros, with a dangling ; (Laureii, retina#117)', value: 'url=trackID=1;seq=0;rtptime=0;' },
    { name: 'without the query, of another path (GW Security)', value: 'url=rtsp://x/wrong;seq=7;rtptime=1234567' },
    { name: 'of streams nobody set up (Dahua)', value: 'url=trackID=0;seq=1;rtptime=5,url=trackID=4;seq=2;rtptime=6' },
    { name: 'empty', value: '' },
  ])('$name', async ({ value }) => {
    const server = await bench.server({
      replies: { PLAY: { headers: { Session: '12345678', ...(value === undefined ? {} : { 'RTP-Info': value }) } } },
    });
    await bench.open({ url: server.url });
    await playFor(server, 500);
    expect(bench.pictures.map(({ rtpTimeTicks }) => rtpTimeTicks)).toEqual([93_600, 97_200]);
    expect(bench.pictures.map(({ discontinuity }) => discontinuity)).toEqual([true, false]);
  });
});

it.each(['p@s:s/#?%', 'p%40s%3As%2F%23%3F%25'])(
  'item 29, device 42: the password %s logs in (frigate#4257, mediamtx#557)',
  async (password) => {
    const basic = `Basic ${Buffer.from('admin:p@s:s/#?%').toString('base64')}`;
    const server = await bench.server({
      replies: {
        DESCRIBE: ({ headers }) =>
          headers.get('authorization') === basic
            ? describeReply
            : { status: 401, reason: 'No', headers: { 'WWW-Authenticate': 'Basic realm="r"' } },
      },
    });
    await bench.open({ url: `rtsp://admin:${password}@127.0.0.1:${server.port}/stream?a=b@c` });
    expect(server.requestsOf('PLAY')).toHaveLength(1);
  },
);

it('item 23, device 44: replies that lag behind, each sent again with the next (frigate#1605, #2121, #9729)', async () => {
  let last = '';
  const lagging: ScriptedReply = (request) => {
    const transport = request.headers.get('transport');
    const own = replyText(request, {
      headers: { Session: '12345678', ...(transport === undefined ? {} : { Transport: transport }) },
    });
    const both = last + own;
    last = own;
    return both;
  };
  const server = await bench.server({ replies: { SETUP: lagging, PLAY: lagging, GET_PARAMETER: lagging } });
  const session = await bench.open({ url: server.url });
  await playFor(server, 40_000);
  expect(session.stats().accessUnits).toBe(160);
  expect(bench.deviations).toEqual(['cseq-stale']);
});
