import type { LiveFrame } from './live-frame.ts';
import { NewestFrame } from './newest-frame.ts';

describe('NewestFrame', () => {
  it.each<{ name: string; puts: Partial<LiveFrame>[]; atMs: number; sequence: number | undefined; skipped: number }>([
    { name: 'one frame', puts: [{ sequence: 1 }], atMs: 10, sequence: 1, skipped: 0 },
    {
      name: 'three frames',
      puts: [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }],
      atMs: 10,
      sequence: 3,
      skipped: 2,
    },
    {
      name: 'a gap in the sequence, which is none',
      puts: [{ sequence: 1 }, { sequence: 9 }],
      atMs: 10,
      sequence: 9,
      skipped: 1,
    },
    {
      name: 'an older one behind a newer one',
      puts: [{ sequence: 3 }, { sequence: 2 }],
      atMs: 10,
      sequence: 3,
      skipped: 0,
    },
    { name: 'the same picture twice', puts: [{ sequence: 3 }, { sequence: 3 }], atMs: 10, sequence: 3, skipped: 0 },
    {
      name: 'a frame of a new ingest',
      puts: [{ sequence: 900 }, { epoch: 2, sequence: 0 }],
      atMs: 10,
      sequence: 0,
      skipped: 1,
    },
    { name: 'a frame as old as may be', puts: [{ sequence: 1 }], atMs: 200, sequence: 1, skipped: 0 },
    {
      name: 'a frame that B-frames held back for longer than that',
      puts: [{ sequence: 1, receivedAtMs: -150, showableAtMs: 100 }],
      atMs: 300,
      sequence: 1,
      skipped: 0,
    },
    { name: 'a frame that waited too long', puts: [{ sequence: 1 }], atMs: 201, sequence: undefined, skipped: 1 },
    {
      name: 'a frame from a clock ahead',
      puts: [{ sequence: 1, showableAtMs: 5_000 }],
      atMs: 0,
      sequence: 1,
      skipped: 0,
    },
    { name: 'no frame', puts: [], atMs: 0, sequence: undefined, skipped: 0 },
  ])('gives out of $name', ({ puts, atMs, sequence, skipped }) => {
    const newest = new NewestFrame(200);
    for (const put of puts) newest.put(frame(put));
    const taken = newest.take(atMs);
    expect(taken?.frame.sequence).toBe(sequence);

    newest.put(frame({ epoch: 9, showableAtMs: atMs }));
    const next = newest.take(atMs);
    expect((taken?.skipped ?? 0) + (next?.skipped ?? 0)).toBe(skipped);
    expect(newest.take(atMs)).toBeUndefined();
  });

  it('passes over what shows no later moment than the last one given out', () => {
    const newest = new NewestFrame(200);
    newest.put(frame({ sequence: 5, renditionId: 'w0-q85-f30' }));
    newest.take(0);
    newest.put(frame({ sequence: 5, renditionId: 'w640-q85-f30' }));
    expect(newest.isEmpty).toBe(true);
  });

  it('follows a source that lost its epochs, by the time', () => {
    const newest = new NewestFrame(200);
    newest.put(frame({ epoch: 7, sequence: 5 }));
    newest.take(0);
    newest.put(frame({ epoch: 1, sequence: 0, showableAtMs: 1 }));
    expect(newest.take(1)?.frame.epoch).toBe(1);
  });
});

function frame(part: Partial<LiveFrame>): LiveFrame {
  return {
    cameraId: 'default',
    renditionId: 'w0-q85-f30',
    epoch: 1,
    sequence: 0,
    width: 16,
    height: 16,
    receivedAtMs: 0,
    showableAtMs: 0,
    capturedAtMs: undefined,
    data: new Uint8Array(),
    ...part,
  };
}
