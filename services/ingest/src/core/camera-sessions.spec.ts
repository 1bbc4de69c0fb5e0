import { type Lease, MemoryCatalog } from '@oriel/control';
import type { Camera, CameraSettings } from '@oriel/model';
import { CameraSessions } from './camera-sessions.ts';

const settings = (id: string, name = id) => ({ id, name }) as CameraSettings;
const leaseOf = (cameraId: string) => ({ cameraId }) as Lease;

function start(catalog: MemoryCatalog) {
  const updates: string[] = [];
  const ends = new Map<string, () => void>();
  const sessions = new CameraSessions({
    catalog,
    createSession: ({ id }: Camera) => ({
      run: () => new Promise((resolve) => ends.set(id, resolve)),
      update: ({ name, version }: Camera) => void updates.push(`${id}: ${name}, version ${version}`),
    }),
  });
  sessions.start();
  return { sessions, updates, ends };
}

it('tells a running session of a change of its camera, and no other', async () => {
  const catalog = new MemoryCatalog([settings('a'), settings('b')]);
  const { sessions, updates, ends } = start(catalog);
  const runs = [sessions.run(leaseOf('a')), sessions.run(leaseOf('b'))];
  catalog.replace([settings('a', 'Yard'), settings('b')]);
  ends.get('a')?.();
  await runs[0];
  catalog.replace([settings('a', 'Gate'), settings('c')]);
  expect(updates).toEqual(['a: Yard, version 2']);
});

it('refuses a camera that is not in the catalog', async () => {
  const { sessions } = start(new MemoryCatalog([]));
  await expect(sessions.run(leaseOf('x'))).rejects.toThrow('camera x is not configured here');
});

it('follows nothing any more once it is stopped', () => {
  const catalog = new MemoryCatalog([settings('a')]);
  const { sessions, updates } = start(catalog);
  void sessions.run(leaseOf('a'));
  sessions.stop();
  catalog.replace([settings('a', 'Yard')]);
  expect(updates).toEqual([]);
});
