import { buildAudioSpecificConfig, parseAudioSpecificConfig } from '@oriel/codecs';
import fc from 'fast-check';
import { parseRtpPacket } from '../packet/rtp-packet.ts';
import { hexToBytes, rtpBytes, toHex } from '../testing-packets.ts';
import { AacDepacketizer, type AacDepacketizerOptions } from './aac-depacketizer.ts';
import type { AudioFrame } from './audio-frame.ts';

interface Sent {
  readonly payload: string;
  readonly at?: number;
  readonly lost?: number;
}

describe('AacDepacketizer', () => {
  it.each<{
    name: string;
    sent: Sent[];
    frames: [hex: string, at: number, lost?: number][];
    faults?: string[];
    options?: Partial<AacDepacketizerOptions>;
  }>([
    { name: 'AAC-hbr, one access unit', sent: [{ payload: '0010 0018 aabbcc' }], frames: [['aabbcc', 1_000]] },
    {
      name: 'three access units, 1024 ticks apart',
      sent: [{ payload: '0030 0008 0010 0008 aa bbcc dd' }],
      frames: [
        ['aa', 1_000],
        ['bbcc', 2_024],
        ['dd', 3_048],
      ],
    },
    {
      name: '960 samples a frame',
      sent: [{ payload: '0020 0008 0008 aa bb' }],
      frames: [
        ['aa', 1_000],
        ['bb', 1_960],
      ],
      options: { samplesPerFrame: 960 },
    },
    {
      name: 'times over the wrap',
      sent: [{ payload: '0020 0008 0008 aa bb', at: 2 ** 32 - 24 }],
      frames: [
        ['aa', 2 ** 32 - 24],
        ['bb', 1_000],
      ],
    },
    {
      name: 'an access unit of no bytes is skipped',
      sent: [{ payload: '0020 0000 0008 bb' }],
      frames: [['bb', 2_024]],
    },
    {
      name: 'odd header lengths are filled up to bytes: sizelength 6, indexlength 2 and 2, two of 8 bits',
      sent: [{ payload: '0010 04 08 aa bbcc' }],
      frames: [
        ['aa', 1_000],
        ['bbcc', 2_024],
      ],
      options: { sizeLengthBits: 6, indexLengthBits: 2, indexDeltaLengthBits: 2 },
    },
    {
      name: 'odd header lengths: sizelength 10, no index, 10 bits in two bytes',
      sent: [{ payload: '000a 0080 aabb' }],
      frames: [['aabb', 1_000]],
      options: { sizeLengthBits: 10, indexLengthBits: 0, indexDeltaLengthBits: 0 },
    },
    {
      name: 'fragments of one access unit',
      sent: [{ payload: '0010 0028 aabb' }, { payload: '0010 0028 ccdd' }, { payload: '0010 0028 ee' }],
      frames: [['aabbccddee', 1_000]],
    },
    {
      name: 'loss between fragments',
      sent: [
        { payload: '0010 0028 aabb' },
        { payload: '0010 0028 ee', lost: 1 },
        { payload: '0010 0008 11', at: 2_024 },
      ],
      frames: [['11', 2_024, 1]],
      faults: ['au-fragments-incomplete', 'au-fragments-incomplete'],
    },
    { name: 'loss before a packet', sent: [{ payload: '0010 0008 11', lost: 3 }], frames: [['11', 1_000, 3]] },
    {
      name: 'ADTS around the access unit',
      sent: [{ payload: '0010 0048 fff15080013ffc aabb' }],
      frames: [['aabb', 1_000]],
    },
    {
      name: 'ADTS without AU headers, two frames (go2rtc#1328; device 45)',
      sent: [{ payload: 'fff15080013ffc aabb fff15080011ffc cc' }],
      frames: [
        ['aabb', 1_000],
        ['cc', 2_024],
      ],
    },
    {
      name: 'a second access unit cut off',
      sent: [{ payload: '0020 0008 0010 aa bb' }],
      frames: [['aa', 1_000]],
      faults: ['au-past-end'],
    },
    { name: 'headers past the end', sent: [{ payload: '0040 0008' }], frames: [], faults: ['au-headers-past-end'] },
    { name: 'no headers', sent: [{ payload: '0000 aa' }], frames: [], faults: ['au-headers-past-end'] },
    { name: 'nothing', sent: [{ payload: '' }], frames: [], faults: ['au-headers-past-end'] },
    { name: 'interleaving', sent: [{ payload: '0010 0019 aabbcc' }], frames: [], faults: ['au-index-unsupported'] },
    {
      name: 'an access unit over the limit',
      sent: [{ payload: '0010 fff8 aa' }],
      frames: [],
      faults: ['au-too-large'],
      options: { maxFrameBytes: 8_000 },
    },
  ])('item 94: $name', ({ sent, frames, faults = [], options }) => {
    const run = depacketize(sent, options);
    expect(
      run.frames.map(({ data, rtpTimestamp, lostPacketsBefore }) => [toHex(data), rtpTimestamp, lostPacketsBefore]),
    ).toEqual(frames.map(([hex, at, lost = 0]) => [hex, at, lost]));
    expect(run.faults).toEqual(faults);
  });

  it('item 96: AAC: nothing throws, and no frame is over the limit', () => {
    const payload = fc.uint8Array({ maxLength: 60 }).map((bytes) => toHex(bytes));
    const options = fc.record({
      sizeLengthBits: fc.nat(16),
      indexLengthBits: fc.nat(8),
      indexDeltaLengthBits: fc.nat(8),
    });
    fc.assert(
      fc.property(fc.array(fc.record({ payload, lost: fc.nat(1) }), { maxLength: 20 }), options, (sent, lengths) => {
        const { frames } = depacketize(sent, { ...lengths, maxFrameBytes: 50 });
        expect(frames.every(({ data }) => data.length > 0 && data.length <= 50)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('AudioSpecificConfig', () => {
  it.each([
    { hex: '1190', expected: { objectType: 2, sampleRateHz: 48_000, channels: 2, samplesPerFrame: 1024 } },
    { hex: '1408', expected: { objectType: 2, sampleRateHz: 16_000, channels: 1, samplesPerFrame: 1024 } },
    { hex: '1194', expected: { objectType: 2, sampleRateHz: 48_000, channels: 2, samplesPerFrame: 960 } },
    { hex: '1780125c08', expected: { objectType: 2, sampleRateHz: 9_400, channels: 1, samplesPerFrame: 1024 } },
  ])('item 94: reads config=$hex', ({ hex, expected }) => {
    expect(parseAudioSpecificConfig(hexToBytes(hex))).toEqual({ ok: true, value: expected });
  });

  it.each([{ hex: '' }, { hex: '11' }, { hex: '1690' }])('item 94: refuses config=$hex', ({ hex }) => {
    expect(parseAudioSpecificConfig(hexToBytes(hex)).ok).toBe(false);
  });

  it('item 94: is built from clock and channels when the SDP has none', () => {
    expect(toHex(buildAudioSpecificConfig(48_000, 2) ?? Uint8Array.of())).toBe('1190');
    expect(toHex(buildAudioSpecificConfig(16_000, 1) ?? Uint8Array.of())).toBe('1408');
    expect(buildAudioSpecificConfig(12_345, 1)).toBeUndefined();
  });
});

function depacketize(
  sent: readonly Sent[],
  options?: Partial<AacDepacketizerOptions>,
): { frames: AudioFrame[]; faults: string[] } {
  const frames: AudioFrame[] = [];
  const faults: string[] = [];
  const depacketizer = new AacDepacketizer({
    onFrame: (frame) => frames.push(frame),
    onFault: (reason) => faults.push(reason),
    ...options,
  });
  for (const { payload, at = 1_000, lost = 0 } of sent) {
    const bytes = rtpBytes({ payload, at });
    const packet = parseRtpPacket(bytes);
    if (packet.ok) depacketizer.push(packet.value, lost, 0);
    bytes.fill(0xee);
  }
  return { frames, faults };
}
