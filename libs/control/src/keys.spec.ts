import { checkedCameraId, controlKeys } from './keys.ts';

it('spells the keys that deployed services use, all in one slot of a cluster', () => {
  expect(controlKeys.clock).toBe('{oriel}:v1:clock');
  expect(controlKeys.demand).toBe('{oriel}:v1:demand');
  expect(controlKeys.demandChanged).toBe('{oriel}:v1:demand:changed');
  expect(controlKeys.cameraStatus).toBe('{oriel}:v1:camera-status');
  expect(controlKeys.cameraStatusChanged).toBe('{oriel}:v1:camera-status:changed');
  expect(controlKeys.instances).toBe('{oriel}:v1:instances');
  expect(controlKeys.leases('ingest')).toBe('{oriel}:v2:leases:ingest');
  expect(controlKeys.leaseHolders('ingest')).toBe('{oriel}:v2:lease-holders:ingest');
  expect(controlKeys.leaseSuccessors('transcode')).toBe('{oriel}:v2:lease-successors:transcode');
  expect(controlKeys.leaseEpochs('ingest')).toBe('{oriel}:v1:lease-epochs:ingest');
  expect(controlKeys.leaseCosts('ingest')).toBe('{oriel}:v1:lease-costs:ingest');
  expect(controlKeys.leaseLoads('ingest')).toBe('{oriel}:v2:lease-loads:ingest');
  expect(controlKeys.leasesFree('ingest')).toBe('{oriel}:v2:leases-free:ingest');
  expect(controlKeys.leaseWithdrawn('transcode')).toBe('{oriel}:v2:lease-withdrawn:transcode');
  expect(controlKeys.leaseMessages('ingest', 'i-1')).toBe('{oriel}:v2:lease-messages:ingest:i-1');
});

it.each(['', 'a:b', 'Front', 'a b', 'x'.repeat(65)])('refuses the camera id %j', (cameraId) => {
  expect(() => checkedCameraId(cameraId)).toThrow('a camera id is 1 to 64');
});
