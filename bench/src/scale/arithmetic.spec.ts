import { camerasOfControlRedis, deployment, type Picture, plan } from './arithmetic.ts';
import type { ControlCosts, UnitCosts } from './units.ts';

const exact = <Unit extends string>(perUnit: Record<Unit, number>) => ({ perUnit, largestError: 0 });
const control = (process: number, camera: number, cameraGateway: number, perWorkerPair: number): ControlCosts => ({
  of: exact({ process, camera, watchedCamera: 0, cameraIngest: 0, watchedCameraTranscoder: 0, cameraGateway }),
  perWorkerPair,
});

const COSTS: UnitCosts = {
  ingest: exact({ process: 0.1, camera: 0.002, megabit: 0.001 }),
  transcoder: exact({ process: 0.01, camera: 0, decodedMegapixel: 0.002, encodedMegapixel: 0.003 }),
  gateway: exact({
    process: 0.1,
    camera: 0.0001,
    readFrame: 0.0001,
    readMegabit: 0,
    sentFrame: 0,
    sentMegabit: 0.0001,
  }),
  media: exact({ process: 0.01, command: 0.00001, megabyte: 0.001 }),
  mediaTraffic: { inShare: 1, outShare: 1, commandsPerAccessUnit: 4, commandsPerJpeg: 2 },
  controlCores: control(0.001, 0.0002, 0.00001, 0.0001),
  controlCommands: control(10, 8, 0, 0),
  controlInBytes: control(0, 1000, 0, 0),
  controlOutBytes: control(0, 0, 250, 0),
  jpegBitsPerPixel: 1,
};
const PICTURE: Picture = {
  megapixels: 1,
  framesPerSecond: 10,
  megabitsPerSecond: 4,
  bufferSizeBytes: 8_000_000,
};

test('a hundred cameras, of which 20 are watched by 40', () => {
  expect(deployment({ cameras: 100, watched: 20, shown: 40 }, PICTURE, COSTS)).toMatchObject({
    // 100 × (0.002 + 4 × 0.001) = 0.6 of the 0.6 that one process has left.
    ingests: 1,
    ingestCores: expect.closeTo(0.7),
    // 20 × 10 × 0.005 = 1 core of the 12.8 of a host.
    transcoders: 1,
    transcoderCores: expect.closeTo(1.01),
    // 0.1 + 100 × 0.0001 + 20 × 10 × 0.0001 + 40 × 10 × 0.0001
    gateways: 1,
    gatewayCores: expect.closeTo(0.17),
    mediaInMegabits: 100 * 4 + 20 * 10,
    mediaOutMegabits: 20 * 4 + 20 * 10,
    // 0.01 + (4000 + 400) × 0.00001 + 110 MB × 0.001
    mediaCores: expect.closeTo(0.164),
    mediaNodes: 1,
    mediaMemoryBytes: 800_000_000,
    controlCommands: 3 * 10 + 100 * 8,
    controlMegabits: expect.closeTo((100 * 1000 + 100 * 250) * 8e-6),
    controlCores: expect.closeTo(0.003 + 0.02 + 0.001 + 0.0002),
    cameraMegabits: 400,
    viewerMegabits: 400,
  });
});

test('more gateways are needed than viewers alone would take, as each reads what its viewers have open', () => {
  const { gateways, gatewayCores } = deployment({ cameras: 1000, watched: 1000, shown: 1000 }, PICTURE, COSTS);
  // Each has 0.7 − 0.1 − 0.1 left, and a viewer takes 0.001 to read and 0.001 to send.
  expect(gateways).toBe(4);
  expect(gatewayCores).toBeCloseTo(4 * 0.2 + 2);
});

test('the media Redis is divided by its core or by its network, whichever is full first', () => {
  const noisy = { ...COSTS, media: exact({ process: 0, command: 0, megabyte: 0.0001 }) };
  const { mediaNodes, mediaCores } = deployment({ cameras: 5000, watched: 0, shown: 0 }, PICTURE, noisy);
  expect(mediaCores).toBeCloseTo(0.25);
  expect(mediaNodes).toBe(3);
});

test('one control Redis holds what half a core holds, and deployments are divided by that or by what the configuration takes', () => {
  const demand = { cameras: 100_000, watched: 0, shown: 0 };
  const largest = camerasOfControlRedis(demand, PICTURE, COSTS);
  const controlCores = (cameras: number) => deployment({ cameras, watched: 0, shown: 0 }, PICTURE, COSTS).controlCores;
  expect(controlCores(largest)).toBeLessThanOrEqual(0.5);
  expect(controlCores(largest + 1)).toBeGreaterThan(0.5);
  expect(plan(demand, PICTURE, COSTS).deployments).toBe(100);
  const dear = { ...COSTS, controlCores: control(0, 0.001, 0, 0) };
  expect(plan(demand, PICTURE, dear)).toMatchObject({ deployments: 200, each: { demand: { cameras: 500 } } });
});
