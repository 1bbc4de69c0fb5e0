import { type CameraPlan, FULL_PLAN } from '../load/camera-plan.ts';
import { DecodeGate } from './decode-gate.ts';

describe('DecodeGate', () => {
  /** One letter per access unit: K for a keyframe, p for another. A refused one becomes a dot. */
  function admitted(gate: DecodeGate, units: string): string {
    return [...units].map((unit) => (gate.admits({ isKeyframe: unit === 'K' }) ? unit : '.')).join('');
  }
  const keyframes = (share: number): CameraPlan => ({ decodes: 'keyframes', share, frameShare: share / 10 });

  it.each([
    { name: 'everything', plan: FULL_PLAN, units: 'KpppKppp', expected: 'KpppKppp' },
    { name: 'keyframes', plan: keyframes(1), units: 'KpppKppp', expected: 'K...K...' },
    {
      name: 'every fourth keyframe, the next one first',
      plan: keyframes(0.25),
      units: 'pKKKKKpKKK',
      expected: '.K...K....',
    },
    { name: 'seven of ten, evenly', plan: keyframes(0.7), units: 'KKKKKKKKKK', expected: 'K.KK.KK.KK' },
  ])('lets through $name', ({ plan, units, expected }) => {
    const gate = new DecodeGate();
    gate.set(plan);
    expect(admitted(gate, units)).toBe(expected);
  });

  it('keeps its rhythm when the share changes a little', () => {
    const gate = new DecodeGate();
    gate.set(keyframes(0.25));
    expect(admitted(gate, 'KKK')).toBe('K..');
    gate.set(keyframes(0.26));
    expect(admitted(gate, 'KK')).toBe('.K');
  });
});
