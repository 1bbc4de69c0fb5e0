import { connect } from 'node:net';
import { waitFor } from '@oriel/testing';
import { type ReceivedPacket, RtspTestClient } from '../test/rtsp-test-client.ts';
import type { CameraOptions } from './camera-options.ts';
import { type RunningCamera, startCamera } from './start-camera.ts';

const clients: RtspTestClient[] = [];
let camera: RunningCamera;

async function start(options: CameraOptions = {}): Promise<void> {
  camera = await startCamera({
    width: 320,
    height: 240,
    gopFrames: 10,
    bitrateBps: 1_000_000,
    noise: true,
    ...options,
  });
}

async function play(path?: string): Promise<RtspTestClient> {
  const client = await RtspTestClient.play(camera.url(path));
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await camera.close();
});

/** Differences between consecutive sequence numbers, modulo 2^16. */
const steps = (packets: readonly ReceivedPacket[]) =>
  packets
    .slice(1)
    .map((packet, index) => (packet.sequenceNumber - (packets[index]?.sequenceNumber ?? 0) + 65_536) % 65_536);

describe('without faults', () => {
  it('numbers packets without gap and marks the last of each picture alone', async () => {
    await start();
    const packets = await (await play()).packetsUpTo(100);
    expect(new Set(steps(packets))).toEqual(new Set([1]));
    const changes = packets.slice(1).map((packet, index) => packet.timestamp !== packets[index]?.timestamp);
    expect(packets.slice(0, -1).map(({ marker }) => marker)).toEqual(changes);
    expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('starts with the parameter sets of a keyframe', async () => {
    await start();
    const [sps, pps] = await (await play()).packetsUpTo(3);
    expect([sps, pps].map((packet) => (packet?.payload[0] ?? 0) & 0x1f)).toEqual([7, 8]);
  });

  it('tells the capture time with the first packet (RFC 3550 §6.4.1)', async () => {
    await start();
    const client = await play();
    const [first] = await client.packetsUpTo(1);
    const report = client.rtcp[0];
    expect(report?.[1]).toBe(200);
    const reportMs =
      ((report?.readUInt32BE(8) ?? 0) - 2_208_988_800) * 1000 + ((report?.readUInt32BE(12) ?? 0) / 2 ** 32) * 1000;
    expect(Math.abs(reportMs - Date.now())).toBeLessThan(5000);
    const sinceReportTicks = ((first?.timestamp ?? 0) - (report?.readUInt32BE(16) ?? 0)) | 0;
    expect(Math.abs(sinceReportTicks)).toBeLessThan(90_000);
    expect(report?.readUInt32BE(4)).toBe(first?.ssrc);
  });

  it('says BYE when it closes, and leaves no connection', async () => {
    await start();
    const client = await play();
    await client.packetsUpTo(10);
    await camera.close();
    await waitFor(() => client.closed);
    const last = client.rtcp.at(-1);
    expect(last?.subarray(-8)[1]).toBe(203);
    expect(camera.stats()).toMatchObject({ openConnections: 0, openSessions: 0 });
  });

  it('ends a session whose client is silent over UDP', async () => {
    await start({ sessionTimeoutMs: 200 });
    const client = await RtspTestClient.connect(camera.port);
    clients.push(client);
    await client.setup(camera.url(), 'RTP/AVP;unicast;client_port=40000-40001');
    expect(camera.stats().openSessions).toBe(1);
    await waitFor(() => camera.stats().openSessions === 0);
    expect((await client.request('PLAY', camera.url())).status).toBe(454);
  });

  it('drops pictures, not memory, when a client does not read', async () => {
    await start({ width: 1280, height: 720, bitrateBps: 20_000_000, framerate: 60 });
    const client = await play();
    await client.packetsUpTo(10);
    client.pause();
    await waitFor(() => camera.stats().picturesDropped > 3, { deadlineMs: 20_000 });
    client.resume();
    const dropped = client.packets.length;
    await client.packetsUpTo(dropped + 2000);
    const gap = steps(client.packets).findIndex((step) => step !== 1);
    const next = client.packets[gap + 1];
    expect((next?.payload[0] ?? 0) & 0x1f).toBe(7);
  });
});

describe('lasting faults', () => {
  it('loses packets at the rate, repeatably', async () => {
    await start({ faults: { lossRate: 0.2, seed: 7 } });
    const lost = steps(await (await play()).packetsUpTo(200)).filter((step) => step > 1).length;
    expect(lost).toBeGreaterThan(15);
    expect(lost).toBeLessThan(70);
  });

  it('loses bursts', async () => {
    await start({ faults: { lossRate: 0.05, lossBurstPackets: 4 } });
    const gaps = steps(await (await play()).packetsUpTo(200)).filter((step) => step > 1);
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps.every((gap) => gap >= 5)).toBe(true);
  });

  it.each([
    { name: 'swaps neighbours', faults: { reorderRate: 0.2 }, step: 65_535 },
    { name: 'sends twice', faults: { duplicateRate: 0.2 }, step: 0 },
  ])('$name', async ({ faults, step }) => {
    await start({ faults });
    expect(steps(await (await play()).packetsUpTo(100))).toContain(step);
  });

  it('lets pictures leave late, in order, none lost', async () => {
    await start({ faults: { delayMs: 300 } });
    const client = await play();
    await client.packetsUpTo(100);
    expect(new Set(steps(client.packets))).toEqual(new Set([1]));
  });

  it('puts garbage between packets and loses none', async () => {
    await start({ faults: { garbageRate: 0.5 } });
    const client = await play();
    await client.packetsUpTo(100);
    expect(client.garbageBytes).toBeGreaterThan(0);
  });

  it.each([
    { name: 'no marker', faults: { noMarker: true }, types: [] },
    { name: 'a marker on parameter sets', faults: { markerOnParameterSets: true }, types: [1, 5, 6, 7, 8, 28] },
  ])('$name, from the moment it is set', async ({ faults, types }) => {
    await start();
    camera.faults.set(faults);
    const packets = await (await play()).packetsUpTo(100);
    const marked = new Set(packets.filter(({ marker }) => marker).map(({ payload }) => (payload[0] ?? 0) & 0x1f));
    expect(types).toEqual(expect.arrayContaining([...marked]));
    expect(marked.has(7)).toBe(types.length > 0);
  });

  it.each([{ status: 453 }, { status: 503 }])('refuses with $status and Retry-After', async ({ status }) => {
    await start({ faults: { refuseStatus: status, retryAfterSeconds: 30 } });
    const client = await RtspTestClient.connect(camera.port);
    clients.push(client);
    const reply = await client.request('DESCRIBE', camera.url());
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, '30']);
    camera.faults.clear();
    expect((await client.request('DESCRIBE', camera.url())).status).toBe(200);
  });
});

describe('faults of a moment', () => {
  it('stalls: no packets, but replies; then goes on', async () => {
    await start();
    const client = await play();
    await client.packetsUpTo(10);
    camera.faults.stall(60);
    await client.request('OPTIONS', camera.url());
    const before = client.packets.length;
    const pictures = camera.stats().pictures;
    await waitFor(() => camera.stats().pictures > pictures + 5);
    expect((await client.request('GET_PARAMETER', camera.url())).status).toBe(200);
    expect(client.packets.length).toBe(before);
    camera.faults.clear();
    await client.packetsUpTo(before + 10);
  });

  it('falls silent on connections of the moment, without FIN, and serves new ones', async () => {
    await start();
    const client = await play();
    await client.packetsUpTo(10);
    camera.faults.halfOpen();
    const next = await play();
    await next.packetsUpTo(100);
    const before = client.packets.length;
    client.write(`OPTIONS ${camera.url()} RTSP/1.0\r\nCSeq: 99\r\n\r\n`);
    await next.packetsUpTo(200);
    expect(client.closed).toBe(false);
    expect(client.packets.length).toBe(before);
  });

  it('reboots: all closed, port refuses, then the same port with everything new', async () => {
    await start();
    const client = await play();
    const [first] = await client.packetsUpTo(1);
    camera.faults.reboot(0.3);
    await waitFor(() => client.closed);
    await expect(RtspTestClient.connect(camera.port)).rejects.toThrow('ECONNREFUSED');
    await waitFor(() => canConnect(camera.port));
    const again = await play();
    const [second] = await again.packetsUpTo(1);
    expect(second?.ssrc).not.toBe(first?.ssrc);
    expect(again.sessionId).not.toBe(client.sessionId);
  });

  it('changes the SSRC', async () => {
    await start();
    const client = await play();
    await client.packetsUpTo(10);
    camera.faults.changeSsrc();
    await waitFor(() => new Set(client.packets.map(({ ssrc }) => ssrc)).size === 2);
  });

  it('jumps in time', async () => {
    await start();
    const client = await play();
    await client.packetsUpTo(10);
    camera.faults.jumpTimestamp(3600);
    await waitFor(() =>
      client.packets.some(({ timestamp }, index) => {
        const delta = (timestamp - (client.packets[index - 1]?.timestamp ?? timestamp)) >>> 0;
        return delta >= 3600 * 90_000 && delta < 3610 * 90_000;
      }),
    );
  });
});

it('closes in the middle of a reboot', async () => {
  await start();
  camera.faults.reboot(60);
  await camera.close();
  expect(camera.stats()).toMatchObject({ openConnections: 0, openSessions: 0 });
});

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
