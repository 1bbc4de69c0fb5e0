import { BULLMQ_PREFIX, bullKeys, cameraIdOfJob, controlKeys, leaseJobId } from './keys.ts';

it('spells the keys that deployed services use, all in one slot of a cluster', () => {
  expect(controlKeys.clock).toBe('{oriel}:v1:clock');
  expect(controlKeys.demand).toBe('{oriel}:v1:demand');
  expect(controlKeys.demandChanged).toBe('{oriel}:v1:demand:changed');
  expect(controlKeys.cameraStatus).toBe('{oriel}:v1:camera-status');
  expect(controlKeys.cameraStatusChanged).toBe('{oriel}:v1:camera-status:changed');
  expect(controlKeys.instances).toBe('{oriel}:v1:instances');
  expect(controlKeys.leaseEpochs('ingest')).toBe('{oriel}:v1:lease-epochs:ingest');
  expect(controlKeys.leaseWithdrawn('transcode')).toBe('{oriel}:v1:lease-withdrawn:transcode');
  expect(controlKeys.leaseLoads('ingest')).toBe('{oriel}:v1:lease-loads:ingest');
  expect(controlKeys.leaseCosts('ingest')).toBe('{oriel}:v1:lease-costs:ingest');
  expect(controlKeys.leaseSuccessor('transcode', '7')).toBe('{oriel}:v1:lease-successor:transcode:7');
  expect(controlKeys.leaseMessages('ingest', 'i-1')).toBe('{oriel}:v1:lease-messages:ingest:i-1');
  expect(bullKeys.lock('ingest', '7')).toBe('{oriel}:ingest:camera.7:lock');
  expect(controlKeys.leaseClock('ingest')).toBe('{oriel}:v1:lease-clock:ingest');
  expect(bullKeys.stalledCheck('ingest')).toBe('{oriel}:ingest:stalled-check');
  expect(BULLMQ_PREFIX).toBe('{oriel}');
});

it.each([
  { cameraId: 'front-door', jobId: 'camera.front-door' },
  { cameraId: '7', jobId: 'camera.7' },
])('camera $cameraId is job $jobId', ({ cameraId, jobId }) => {
  expect(leaseJobId(cameraId)).toBe(jobId);
  expect(cameraIdOfJob(jobId)).toBe(cameraId);
});

it.each(['', 'a:b', 'Front', 'a b', 'x'.repeat(65)])('refuses the camera id %j', (cameraId) => {
  expect(() => leaseJobId(cameraId)).toThrow('a camera id is 1 to 64');
});

it.each([undefined, '', '7', 'camera.', 'camera.A'])('job id %j is no lease', (jobId) => {
  expect(cameraIdOfJob(jobId)).toBeUndefined();
});
