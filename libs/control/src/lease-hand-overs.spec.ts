import { HeldLease } from './held-lease.ts';
import { LeaseBalancer } from './lease-balancer.ts';
import { LeaseHandOvers } from './lease-hand-overs.ts';

it.each([
  {
    name: 'has begun, which this side has not heard of yet',
    successor: 'successor-token',
    passes: ['successor-token'],
  },
  { name: 'has not begun', successor: undefined, passes: [] },
])('a holder whose work ends asks for its successor, which $name', async ({ successor, passes }) => {
  const lease = new HeldLease({
    cameraId: 'yard',
    epoch: 1,
    token: 'holder-token',
    renewedAtMs: 0,
    lockDurationMs: 1500,
    nowMs: () => 0,
  });
  const passed: string[] = [];
  const handOvers = new LeaseHandOvers({
    instanceId: 'a',
    balancer: new LeaseBalancer({ id: 'a', capacityCores: 2, maxLeases: 10, nowMs: () => 0 }),
    locks: {
      beginSuccession: async () => undefined,
      cancelSuccession: async () => undefined,
      successorOf: async () => successor,
      pass: async (_cameraId, _holderToken, successorToken) => passed.push(successorToken) === 1,
    },
    send: () => undefined,
    heldLease: () => lease,
    runSuccessor: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  handOvers.offer({ cameraId: 'yard', costCores: 0.1, to: 'b' });
  expect(await handOvers.passOn('yard')).toBe(passes.length === 1);
  expect(passed).toEqual(passes);
  expect(lease.signal.aborted).toBe(passes.length === 1);
  expect(handOvers.pending).toBe(0);
});
