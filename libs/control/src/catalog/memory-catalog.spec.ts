import type { CameraSettings } from '@oriel/model';
import { MemoryCatalog } from './memory-catalog.ts';

const camera = (id: string, changes: Partial<CameraSettings> = {}): CameraSettings => ({
  id,
  name: id,
  source: {
    kind: 'rtsp',
    url: `rtsp://${id}/`,
    credentials: undefined,
    transport: 'tcp',
    reconnectIntervalMs: 5_000,
  },
  bufferSizeBytes: 1_000,
  transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200 },
  ...changes,
});

it('lists what it was given, in that order, in version 1', () => {
  const catalog = new MemoryCatalog([camera('b'), camera('a')]);
  expect(catalog.list()).toEqual([
    { ...camera('b'), version: 1 },
    { ...camera('a'), version: 1 },
  ]);
  expect(catalog.get('a')).toEqual({ ...camera('a'), version: 1 });
  expect(catalog.get('c')).toBeUndefined();
});

it.each([
  { name: 'the same again', cameras: [camera('a'), camera('b')], told: [], versions: { a: 1, b: 1 } },
  { name: 'one is added', cameras: [camera('a'), camera('b'), camera('c')], told: [['c']], versions: { b: 1, c: 1 } },
  { name: 'one is removed', cameras: [camera('b')], told: [['a']], versions: { b: 1 } },
  {
    name: 'one has another name',
    cameras: [camera('a'), camera('b', { name: 'Back door' })],
    told: [['b']],
    versions: { a: 1, b: 2 },
  },
  { name: 'their order changes', cameras: [camera('b'), camera('a')], told: [[]], versions: { a: 1, b: 1 } },
  {
    name: 'one goes and another comes',
    cameras: [camera('c'), camera('b')],
    told: [['a', 'c']],
    versions: { b: 1, c: 1 },
  },
])('tells who is subscribed when $name', ({ cameras, told, versions }) => {
  const catalog = new MemoryCatalog([camera('a'), camera('b')]);
  const calls: (readonly string[])[] = [];
  catalog.subscribe((changedIds) => calls.push(changedIds));
  catalog.replace(cameras);
  expect(calls).toEqual(told);
  for (const [id, version] of Object.entries(versions)) expect(catalog.get(id)?.version).toBe(version);
});

it('gives a camera that comes back a version above the one it had', () => {
  const catalog = new MemoryCatalog([camera('a')]);
  catalog.replace([]);
  catalog.replace([camera('a')]);
  expect(catalog.get('a')?.version).toBe(2);
});

it('tells nobody any more who has left', () => {
  const catalog = new MemoryCatalog([]);
  const calls: unknown[] = [];
  const onChange = () => calls.push('told');
  const leave = catalog.subscribe(onChange);
  catalog.subscribe(onChange);
  leave();
  catalog.replace([camera('a')]);
  expect(calls).toEqual(['told']);
});
