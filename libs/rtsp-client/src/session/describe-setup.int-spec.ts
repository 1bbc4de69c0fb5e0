/** Replies to DESCRIBE and SETUP as cameras give them, by a scripted server (docs/rtsp-interop.md#descriptions). */
import { waitFor } from '@oriel/testing';
import { replyText, SCRIPTED_SDP, TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

describe('descriptions', () => {
  it.each([
    { name: 'item 54, device 23: no Content-Type (libavformat, moonfire#298)', headers: {} },
    { name: 'item 54, device 23: a charset', headers: { 'Content-Type': 'application/sdp;charset=utf-8' } },
    { name: 'item 54: upper case', headers: { 'Content-Type': 'Application/SDP' } },
    { name: 'item 54: another type, but SDP all the same', headers: { 'Content-Type': 'text/plain' } },
  ])('$name', async ({ headers }) => {
    const server = await bench.server({ replies: { DESCRIBE: { headers, body: SCRIPTED_SDP } } });
    await bench.open({ url: server.url });
  });

  it('item 46: Content-Length missing, the end of the body is a silence of 300 ms', async () => {
    const server = await bench.server({
      replies: {
        DESCRIBE: { without: ['Content-Length'], headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP },
      },
    });
    const opening = bench.open({ url: server.url });
    await waitFor(() => bench.deviations.includes('content-length-missing'));
    bench.clock.advance(300);
    await opening;
  });

  it('item 46: Content-Length too large, given up after 2 s', async () => {
    const headers = { 'Content-Type': 'application/sdp', 'Content-Length': '5000' };
    const server = await bench.server({
      replies: { DESCRIBE: { without: ['Content-Length'], headers, body: SCRIPTED_SDP } },
    });
    const opening = bench.open({ url: server.url });
    await waitFor(() => {
      bench.clock.advance(100);
      return bench.deviations.includes('content-length-too-large');
    });
    await opening;
  });

  it('item 46: no length at all, ended by closing', async () => {
    const server = await bench.server({
      replies: {
        DESCRIBE: (request, connection) => {
          connection.send(replyText(request, { without: ['Content-Length'], body: 'v=0\r\n' }));
          connection.end();
          return undefined;
        },
      },
    });
    expect(await bench.refusal({ url: server.url })).toMatchObject({
      code: expect.stringMatching(/closed-by-peer|unsupported-media/),
    });
  });

  it('item 53: a codec that cannot be played is named', async () => {
    const server = await bench.server({ sdp: 'v=0\r\nm=video 0 RTP/AVP 26\r\nm=audio 0 RTP/AVP 0\r\n' });
    expect(await bench.refusal({ url: server.url })).toMatchObject({
      code: 'unsupported-media',
      summary: 'The camera sends JPEG, which cannot be played: choose H.264 in its settings',
    });
  });

  it('no video at all', async () => {
    const server = await bench.server({ sdp: 'v=0\r\nm=audio 0 RTP/AVP 0\r\n' });
    expect(await bench.refusal({ url: server.url })).toMatchObject({
      code: 'unsupported-media',
      summary: 'The camera offers no video at this address',
    });
  });
});

it('item 92: decoding order numbers in the description are told', async () => {
  const sdp = SCRIPTED_SDP.replace('H264/90000', 'H265/90000').replace(
    'packetization-mode=1',
    'sprop-max-don-diff=2;packetization-mode=1',
  );
  const server = await bench.server({ sdp });
  await bench.open({ url: server.url });
  for (const packet of new TestPictures().next()) server.connection.sendFrame(0, packet);
  await waitFor(() => bench.deviations.includes('donl-unsupported'));
});

describe('item 55, device 25: Transport of SETUP', () => {
  it.each([
    { name: 'absent (gortsplib#456; device 26)', transport: undefined, channel: 0 },
    { name: 'without interleaved', transport: 'RTP/AVP/TCP;unicast', channel: 0 },
    { name: 'other channels than asked for', transport: 'RTP/AVP/TCP;unicast;interleaved=4-5', channel: 4 },
    { name: 'odd first channel', transport: 'RTP/AVP/TCP;unicast;interleaved=1-2', channel: 1 },
    { name: 'without TCP (Escam Q6)', transport: 'RTP/AVP;unicast;interleaved=0-1', channel: 0 },
  ])('$name', async ({ transport, channel }) => {
    const pictures = new TestPictures();
    const server = await bench.server({
      replies: { SETUP: { headers: { Session: 'A', ...(transport === undefined ? {} : { Transport: transport }) } } },
      onPlay: (connection) => {
        for (const packet of pictures.next()) connection.sendFrame(channel, packet);
      },
    });
    await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 1);
  });
});
