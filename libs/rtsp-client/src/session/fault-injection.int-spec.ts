/** What lines and cameras do to a session that plays, over TCP and UDP: whatever it is, only whole pictures come, and they go on. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { VideoAccessUnit } from '@oriel/rtp';
import { buildRtpPacket, packetizeH264 } from '@oriel/rtp';
import { NO_PACKET_FAULTS, type PacketFaultRates, PacketFaults, SeededRandom } from '@oriel/simulation';
import { waitFor } from '@oriel/testing';
import type { ReplyFields, ScriptedReply, ScriptedServer } from '@oriel/testing/scripted-server';
import type { RtspSession } from '../api.ts';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
const sockets: Socket[] = [];
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(async () => {
  await bench.dispose();
  for (const socket of sockets.splice(0)) await new Promise<void>((resolve) => socket.close(() => resolve()));
});

const GOP = 10;
const PICTURE_BYTES = 3_000;

/** A camera of 25 pictures a second whose content tells which one it is, on a line that can be bad. */
class FaultyCamera {
  rates: PacketFaultRates = NO_PACKET_FAULTS;
  ssrc = 0x1122_3344;
  timestamp = 90_000;
  pictures = 0;
  #sequenceNumber = 65_000;
  readonly #faults: PacketFaults;

  constructor(
    seed: number,
    private readonly line: { readonly send: (packet: Buffer) => void; readonly sendGarbage: (bytes: Buffer) => void },
  ) {
    this.#faults = new PacketFaults(new SeededRandom(seed));
  }

  sendPicture(): void {
    this.timestamp = (this.timestamp + 3_600) >>> 0;
    const payloads = packetizeH264([pictureOf(this.pictures)], { maxPayloadBytes: 700 });
    this.pictures += 1;
    const packets = payloads.map((payload, index) =>
      buildRtpPacket({
        payload,
        ssrc: this.ssrc,
        timestamp: this.timestamp,
        sequenceNumber: this.#sequenceNumber++ & 0xffff,
        marker: index === payloads.length - 1,
      }),
    );
    const { send: sendPacket, sendGarbage } = this.line;
    this.#faults.send(packets, this.rates, { sendPacket, sendGarbage });
  }
}

function pictureOf(number: number): Buffer {
  const slice = Buffer.alloc(PICTURE_BYTES, 0x5a);
  slice.set(number % GOP === 0 ? [0x65, 0x88] : [0x41, 0x9a]);
  // No byte is 0, so that no start code comes about.
  slice.set([0x80 | (number >> 7), 0x80 | (number & 0x7f)], 2);
  return slice;
}

/** Which picture it is; fails when it is not, bit by bit, one that was sent. */
function numberOf({ data }: VideoAccessUnit): number {
  const slice = Buffer.from(data.buffer, data.byteOffset, data.byteLength).subarray(-PICTURE_BYTES);
  const number = (((slice[2] ?? 0) & 0x7f) << 7) | ((slice[3] ?? 0) & 0x7f);
  expect(slice.equals(pictureOf(number))).toBe(true);
  return number;
}

async function play(transport: 'tcp' | 'udp', seed = 1) {
  const rtp = createSocket('udp4');
  sockets.push(rtp.bind(0, '127.0.0.1'));
  await once(rtp, 'listening');
  const { port } = rtp.address();
  const setup: ScriptedReply = ({ headers }) => ({
    headers: { Session: 'A;timeout=60', Transport: `${headers.get('transport')};server_port=${port}-${port + 1}` },
  });
  const server = await bench.server(transport === 'udp' ? { replies: { SETUP: setup } } : {});
  const session = await bench.open({ url: server.url, transport });
  const offer = server.requestsOf('SETUP').at(-1)?.headers.get('transport') ?? '';
  const clientPort = Number(/client_port=(\d+)-/.exec(offer)?.[1]);
  const camera = new FaultyCamera(
    seed,
    transport === 'udp'
      ? {
          send: (packet) => rtp.send(packet, clientPort, '127.0.0.1'),
          sendGarbage: (bytes) => rtp.send(bytes, clientPort, '127.0.0.1'),
        }
      : {
          send: (packet) => server.connection.sendFrame(0, packet),
          sendGarbage: (bytes) => server.connection.send(bytes),
        },
  );
  return { server, session, camera };
}

/** Pictures with time in between, and room for what they set off. */
async function film(camera: FaultyCamera, pictures: number): Promise<void> {
  for (let count = 0; count < pictures; count++) {
    camera.sendPicture();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    bench.clock.advance(40);
  }
}

/** Everything is well again: from here on each picture comes. */
async function expectWell(camera: FaultyCamera): Promise<void> {
  camera.rates = NO_PACKET_FAULTS;
  await film(camera, 2 * GOP);
  const from = camera.pictures;
  await film(camera, GOP);
  await waitFor(
    () => bench.pictures.length > 0 && numberOf(bench.pictures.at(-1) as VideoAccessUnit) === from + GOP - 1,
  );
  const last = bench.pictures.map(numberOf).slice(-GOP);
  expect(last).toEqual(Array.from({ length: GOP }, (_, index) => from + index));
}

const faults: { name: string; rates: Partial<PacketFaultRates> }[] = [
  { name: 'loss', rates: { lossRate: 0.05 } },
  { name: 'loss in bursts', rates: { lossRate: 0.02, lossBurstPackets: 12 } },
  { name: 'repeats', rates: { duplicateRate: 0.2 } },
  { name: 'another order', rates: { reorderRate: 0.2 } },
  { name: 'garbage', rates: { garbageRate: 0.02 } },
  {
    name: 'all of it',
    rates: { lossRate: 0.02, lossBurstPackets: 3, duplicateRate: 0.05, reorderRate: 0.05, garbageRate: 0.01 },
  },
];

describe.each(['tcp', 'udp'] as const)('over %s', (transport) => {
  it.each(faults)(
    'item 90: $name: no picture is damaged or comes twice, and all come once it is over',
    async ({ rates }) => {
      for (const seed of [1, 2, 3]) {
        const { camera, session } = await play(transport, seed);
        const first = bench.pictures.length;
        await film(camera, GOP);
        camera.rates = { ...NO_PACKET_FAULTS, ...rates };
        await film(camera, 100);
        await expectWell(camera);
        const numbers = bench.pictures.slice(first).map(numberOf);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        // UDP puts repeats and another order right by itself.
        const isHarmless = rates.lossRate === undefined && rates.garbageRate === undefined && transport === 'udp';
        if (isHarmless) expect(numbers).toHaveLength(camera.pictures);
        await session.close();
      }
    },
  );

  it('item 70: an SSRC swap: pictures go on, the first one marked', async () => {
    const { camera } = await play(transport);
    await film(camera, GOP);
    camera.ssrc = 7;
    await film(camera, GOP);
    await waitFor(() => bench.pictures.length === 2 * GOP);
    expect(bench.pictures.flatMap(({ discontinuity }, index) => (discontinuity ? [index] : []))).toEqual([0, GOP]);
  });

  it.each([3_600, -3_600])(
    'item 73: a clock that jumps by %i s: pictures go on, their times by arrival',
    async (seconds) => {
      const { camera } = await play(transport);
      await film(camera, GOP);
      camera.timestamp = (camera.timestamp + seconds * 90_000 + 2 ** 32) % 2 ** 32;
      await film(camera, GOP);
      await waitFor(() => bench.pictures.length === 2 * GOP);
      const times = bench.pictures.map(({ rtpTimeTicks }) => rtpTimeTicks);
      expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toEqual(new Set([3_600]));
      expect(bench.pictures.flatMap(({ discontinuity }, index) => (discontinuity ? [index] : []))).toEqual([0, GOP]);
    },
  );

  it('item 64: a half-open connection: found dead, and a new one plays', async () => {
    const { camera, server, session } = await play(transport);
    await film(camera, 110);
    await waitFor(() => server.requestsOf('GET_PARAMETER').length === 1);
    await film(camera, 5);
    server.fallSilent();
    const ended = await untilEnded(session, 4_000);
    expect(ended).toMatchObject({ code: 'connection-dead', retryable: true });
    await expectPlays(server, transport);
  });

  it('item 98: a reboot: told at once, refused while it lasts, and a new session plays', async () => {
    const { camera, server, session } = await play(transport);
    await film(camera, GOP);
    await server.goDown();
    expect(await session.ended).toMatchObject({ code: 'closed-by-peer', retryable: true });
    expect(await bench.refusal({ url: server.url, transport })).toMatchObject({ code: 'unreachable', retryable: true });
    await server.comeBack();
    await expectPlays(server, transport);
  });
});

it('item 97: a delay of each reply, shorter than its limit', async () => {
  const late =
    (reply: ReplyFields): ScriptedReply =>
    () =>
      new Promise((resolve) => {
        bench.clock.after(3_900, () => resolve(reply));
      });
  const server = await bench.server({
    replies: { OPTIONS: late({}), PLAY: late({ headers: { Session: '12345678' } }) },
  });
  let isOpen = false;
  const opening = bench.open({ url: server.url }).then(() => {
    isOpen = true;
  });
  await waitFor(() => {
    bench.clock.advance(100);
    return isOpen;
  });
  await opening;
});

async function expectPlays(server: ScriptedServer, transport: 'tcp' | 'udp'): Promise<void> {
  const session = await bench.open({ url: server.url, transport });
  expect(server.requestsOf('PLAY').length).toBe(2);
  await session.close();
}

async function untilEnded(session: RtspSession, limitMs: number) {
  let ended: { readonly error: unknown } | undefined;
  void session.ended.then((error) => {
    ended = { error };
  });
  for (let passedMs = 0; passedMs < limitMs && ended === undefined; passedMs += 25) {
    bench.clock.advance(25);
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  return ended?.error;
}
