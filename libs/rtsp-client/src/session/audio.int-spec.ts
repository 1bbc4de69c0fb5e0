/** Sound beside the picture, for those who ask for it. */

import { type AudioAccessUnit, buildRtpPacket, buildSenderReport } from '@oriel/rtp';
import { waitFor } from '@oriel/testing';
import { SCRIPTED_SDP, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
const sounds: AudioAccessUnit[] = [];
beforeEach(() => {
  bench = new SessionBench();
  sounds.length = 0;
});
afterEach(() => bench.dispose());

const media = (...lines: string[]) => `${[...lines, ''].join('\r\n')}`;
const PCMU = media('m=audio 0 RTP/AVP 0', 'a=control:trackID=2');
/** Under the payload type of the video. */
const AAC = media(
  'm=audio 0 RTP/AVP 96',
  'a=rtpmap:96 MPEG4-GENERIC/16000/1',
  'a=fmtp:96 mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1408',
  'a=control:trackID=2',
);
const SSRC = 0x5566_7788;

const open = (server: ScriptedServer) =>
  bench.open({ url: server.url, onAudio: (accessUnit) => sounds.push(accessUnit) });

function sendPicture(server: ScriptedServer, pictures: TestPictures): void {
  for (const packet of pictures.next()) server.connection.sendFrame(0, packet);
}

function sendSound(server: ScriptedServer, sequenceNumber: number, timestamp: number, payload: Buffer, type: number) {
  const packet = buildRtpPacket({ payload, payloadType: type, ssrc: SSRC, timestamp, sequenceNumber, marker: true });
  server.connection.sendFrame(2, packet);
}

it('item 28: sound is not set up unless it is asked for', async () => {
  const server = await bench.server({ sdp: SCRIPTED_SDP + PCMU });
  await bench.open({ url: server.url });
  expect(server.methods).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']);
});

it('item 1: a SETUP for each media, one after the other', async () => {
  const server = await bench.server({ sdp: SCRIPTED_SDP + PCMU });
  const session = await open(server);
  await session.close();
  expect(server.methods).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'SETUP', 'PLAY', 'TEARDOWN']);
  const [first, second] = server.requestsOf('SETUP');
  expect(first?.uri).toMatch(/\/trackID=1$/);
  expect(first?.headers.has('session')).toBe(false);
  expect(second?.uri).toMatch(/\/trackID=2$/);
  expect(second?.headers.get('session')).toBe('12345678');
  expect(second?.headers.get('transport')).toBe('RTP/AVP/TCP;unicast;interleaved=2-3');
});

it('item 57: picture and sound under one payload type stay apart by channel', async () => {
  const server = await bench.server({ sdp: SCRIPTED_SDP + AAC });
  const session = await open(server);
  const pictures = new TestPictures();
  for (let i = 0; i < 3; i++) {
    sendPicture(server, pictures);
    sendSound(server, 7 + i, 1_024 * i, Buffer.from('00100010aabb', 'hex'), 96);
  }
  await waitFor(() => bench.pictures.length === 3 && sounds.length === 3);
  expect(sounds.map(({ data, codec }) => [codec, Buffer.from(data).toString('hex')])).toEqual(
    Array(3).fill(['aac', 'aabb']),
  );
  expect(session.stats()).toMatchObject({
    packets: 3,
    accessUnits: 3,
    lostPackets: 0,
    faults: {},
    audio: { packets: 3, accessUnits: 3, lostPackets: 0 },
  });
});

it('item 57: of two sounds with one payload type the first is set up and heard', async () => {
  const second = PCMU.replace('trackID=2', 'trackID=3');
  const server = await bench.server({ sdp: SCRIPTED_SDP + PCMU + second });
  await open(server);
  expect(server.requestsOf('SETUP').map(({ uri }) => uri.split('/').at(-1))).toEqual(['trackID=1', 'trackID=2']);
  server.connection.sendFrame(4, buildRtpPacket({ payload: Buffer.alloc(160, 1), payloadType: 0 }));
  sendSound(server, 1, 0, Buffer.alloc(160, 2), 0);
  await waitFor(() => sounds.length === 1);
  expect(sounds[0]).toMatchObject({ codec: 'pcmu', clockRateHz: 8_000, channels: 1, durationTicks: 160 });
  expect(sounds[0]?.data[0]).toBe(2);
  expect(bench.deviations).toEqual(['channel-unassigned']);
});

it('item 75: picture and sound start with their first packets and are aligned by arrival, then by sender reports, though RTP-Info is bogus', async () => {
  const server = await bench.server({
    sdp: SCRIPTED_SDP + PCMU,
    replies: {
      PLAY: ({ uri }) => ({
        headers: { 'RTP-Info': `url=${uri}trackID=1;seq=1;rtptime=4000000000,url=${uri}trackID=2;seq=1;rtptime=-1` },
      }),
    },
  });
  await open(server);
  const pictures = new TestPictures({ timestamp: 900_000 - 3_600 });
  sendPicture(server, pictures);
  sendSound(server, 1, 160_000, Buffer.alloc(160), 0);
  await waitFor(() => sounds.length === 1 && bench.pictures.length === 1);
  expect(bench.pictures[0]).toMatchObject({ rtpTimeTicks: 900_000, captureTimeUs: undefined, discontinuity: true });
  expect(sounds[0]).toMatchObject({ rtpTimeTicks: 160_000, captureTimeUs: undefined, discontinuity: true });
  expect(sounds[0]?.arrivalTimeUs).toBe(bench.pictures[0]?.arrivalTimeUs);

  // Both reports name one moment: 0.5 s after what was sent first.
  const report = { timeUs: 1_700_000_000_000_000, packetCount: 0, octetCount: 0 };
  const video = buildSenderReport({ ...report, ssrc: pictures.ssrc, rtpTimestamp: 900_000 + 45_000 });
  const audio = buildSenderReport({ ...report, ssrc: SSRC, rtpTimestamp: 160_000 + 4_000 });
  server.connection.sendFrame(1, video);
  server.connection.sendFrame(3, audio);
  sendPicture(server, pictures);
  sendSound(server, 2, 160_000 + 320, Buffer.alloc(160), 0);
  await waitFor(() => sounds.length === 2 && bench.pictures.length === 2);
  expect(bench.pictures[1]?.captureTimeUs).toBe(1_699_999_999_540_000);
  expect(sounds[1]?.captureTimeUs).toBe(1_699_999_999_540_000);
  expect(bench.deviations).toEqual(['rtp-info-wrong']);
});

it('item 68: lost packets of the sound are counted for themselves', async () => {
  const server = await bench.server({ sdp: SCRIPTED_SDP + PCMU });
  const session = await open(server);
  sendSound(server, 65_535, 0, Buffer.alloc(160), 0);
  sendSound(server, 2, 480, Buffer.alloc(160), 0);
  await waitFor(() => sounds.length === 2);
  expect(sounds[1]).toMatchObject({ lostPacketsBefore: 2, rtpTimeTicks: 2 ** 32 + 480 });
  expect(session.stats()).toMatchObject({ lostPackets: 0, audio: { lostPackets: 2 } });
});

it.each([453, 461, 500])('a camera that answers %i to the SETUP of its sound plays without', async (status) => {
  const server = await bench.server({
    sdp: SCRIPTED_SDP + PCMU,
    replies: {
      SETUP: [
        { headers: { Session: '12345678', Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' } },
        { status, reason: 'No' },
      ],
    },
  });
  await open(server);
  sendPicture(server, new TestPictures());
  await waitFor(() => bench.pictures.length === 1);
  expect(bench.deviations).toEqual(['audio-refused']);
});

it('item 62: receiver reports of both over TCP when they are asked for', async () => {
  const server = await bench.server({ sdp: SCRIPTED_SDP + PCMU });
  await bench.open({ url: server.url, onAudio: () => undefined, reportsOverTcp: true });
  sendPicture(server, new TestPictures());
  await waitFor(() => bench.pictures.length === 1);
  bench.clock.advance(2_000);
  await waitFor(() => server.connection.frames.length === 2);
  expect(server.connection.frames.map(({ channel, packet }) => [channel, packet.toString('hex', 0, 2)])).toEqual([
    [1, '81c9'],
    [3, '80c9'],
  ]);
});

it('an application that throws on sound ends the session with an error of its own', async () => {
  const server = await bench.server({ sdp: SCRIPTED_SDP + PCMU });
  const session = await bench.open({
    url: server.url,
    onAudio: () => {
      throw new Error('x');
    },
  });
  sendSound(server, 1, 0, Buffer.alloc(160), 0);
  expect(await session.ended).toMatchObject({ code: 'consumer-failed' });
});
