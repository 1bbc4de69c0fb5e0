import { HeldLease } from './held-lease.ts';
import { LeaseHandOvers, type LeaseHandOversDeps } from './lease-hand-overs.ts';
import { type LeaseMessage, parseLeaseMessage } from './lease-message.ts';
import { LeaseBalancer } from './sharing/lease-balancer.ts';
import type { WorkerLoad } from './sharing/lease-load.ts';

it.each([
  {
    name: 'has begun, which this side has not heard of yet',
    successor: 'successor-token',
    passes: ['successor-token'],
  },
  { name: 'has not begun', successor: undefined, passes: [] },
])('a holder whose work ends asks for its successor, which $name', async ({ successor, passes }) => {
  const lease = leaseOf('yard');
  const passed: string[] = [];
  const handOvers = handOversOf({
    heldLease: () => lease,
    locks: {
      ...noLocks,
      successorOf: async () => successor,
      pass: async (_cameraId, _holderToken, successorToken) => passed.push(successorToken) === 1,
    },
  });
  handOvers.offer({ cameraId: 'yard', costCores: 0.1, to: 'b' });
  expect(await handOvers.passOn('yard')).toBe(passes.length === 1);
  expect(passed).toEqual(passes);
  expect(lease.signal.aborted).toBe(passes.length === 1);
  expect(handOvers.pending).toBe(0);
});

it.each([
  { refusal: 'says its load', receiver: { loadCores: 1, capacityCores: 4, hasRoom: true }, offeredTo: ['b', 'c'] },
  { refusal: 'says nothing of it, as those of an earlier release do', receiver: undefined, offeredTo: ['b'] },
  { refusal: 'says nonsense', receiver: { loadCores: 'much' }, offeredTo: ['b'] },
])('a camera is offered elsewhere at once when its refusal $refusal: $offeredTo', ({ receiver, offeredTo }) => {
  const balancer = new LeaseBalancer({ id: 'a', capacityCores: 4, maxLeases: 10, nowMs: () => 0, random: () => 0 });
  for (const cameraId of ['yard', 'gate']) {
    balancer.taken(cameraId, 0.5);
    balancer.ready(cameraId, true);
  }
  balancer.boardRead([idle('b'), idle('c', 0.25)], 0);
  const offered: string[] = [];
  const handOvers = handOversOf({ balancer, send: (to, { type }) => type === 'offer' && offered.push(to) });
  const [planned] = balancer.handOvers();
  if (planned === undefined) throw new TypeError('nothing was planned');
  handOvers.offer(planned);
  const { cameraId } = planned;
  const refusal = parseLeaseMessage(JSON.stringify({ type: 'refuse', from: 'b', cameraId, token: 'x', receiver }));
  handOvers.onMessage(refusal as LeaseMessage);
  handOvers.close();
  expect(offered).toEqual(offeredTo);
});

it.each([
  { type: 'accept', holds: true, cancelled: ['late-token'] },
  { type: 'ready', holds: true, cancelled: ['late-token'] },
  { type: 'fail', holds: true, cancelled: [] },
  { type: 'ready', holds: false, cancelled: [] },
] as const)('a successor that says $type when it was given up is dismissed: $cancelled, held: $holds', (row) => {
  const cancelled: string[] = [];
  const handOvers = handOversOf({
    heldLease: (cameraId) => (row.holds ? leaseOf(cameraId) : undefined),
    locks: { ...noLocks, cancelSuccession: async (_cameraId, token) => void cancelled.push(token) },
  });
  handOvers.onMessage({ type: row.type, from: 'b', cameraId: 'yard', token: 'late-token' });
  expect(cancelled).toEqual(row.cancelled);
});

const noLocks: LeaseHandOversDeps['locks'] = {
  beginSuccession: async () => undefined,
  cancelSuccession: async () => undefined,
  successorOf: async () => undefined,
  pass: async () => false,
};

function handOversOf(deps: Partial<LeaseHandOversDeps>): LeaseHandOvers {
  return new LeaseHandOvers({
    instanceId: 'a',
    balancer: new LeaseBalancer({ id: 'a', capacityCores: 2, maxLeases: 10, nowMs: () => 0 }),
    locks: noLocks,
    send: () => undefined,
    heldLease: leaseOf,
    runSuccessor: () => undefined,
    onError: (error) => {
      throw error;
    },
    ...deps,
  });
}

function leaseOf(cameraId: string): HeldLease {
  const token = 'holder-token';
  return new HeldLease({ cameraId, epoch: 1, token, renewedAtMs: 0, lockDurationMs: 1500, nowMs: () => 0 });
}

function idle(id: string, loadCores = 0): WorkerLoad {
  return { id, loadCores, capacityCores: 4, cameras: loadCores === 0 ? 0 : 1, hasRoom: true, isLeaving: false };
}
