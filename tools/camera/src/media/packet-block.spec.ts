import { fromHex, toHex } from '@oriel/simulation';
import { buildPacketBlock, patchedCopy } from './packet-block.ts';

const picture = { nalUnits: [fromHex('67 42'), fromHex('68 ce'), fromHex('65 aa bb')], isKeyframe: true };
const options = {
  codec: 'h264',
  maxPayloadBytes: 1400,
  aggregate: false,
  noMarker: false,
  markerOnParameterSets: false,
} as const;

describe('a packet block', () => {
  it('holds all packets of a picture, with framing', () => {
    const block = buildPacketBlock(picture, options);
    expect(toHex(block.bytes)).toBe(
      '24 00 00 0e 80 60 00 00 00 00 00 00 00 00 00 00 67 42 ' +
        '24 00 00 0e 80 60 00 00 00 00 00 00 00 00 00 00 68 ce ' +
        '24 00 00 0f 80 e0 00 00 00 00 00 00 00 00 00 00 65 aa bb',
    );
    expect(block.offsets).toEqual([0, 18, 36, 55]);
    expect(block.payloadBytes).toBe(7);
  });

  it('gives each session its own numbers, over the wrap, and stays as it was', () => {
    const block = buildPacketBlock(picture, options);
    const before = toHex(block.bytes);
    const copy = patchedCopy(block, {
      channel: 2,
      firstSequenceNumber: 65_535,
      timestamp: 0x80000000,
      ssrc: 0xdeadbeef,
    });
    expect(toHex(copy)).toBe(
      '24 02 00 0e 80 60 ff ff 80 00 00 00 de ad be ef 67 42 ' +
        '24 02 00 0e 80 60 00 00 80 00 00 00 de ad be ef 68 ce ' +
        '24 02 00 0f 80 e0 00 01 80 00 00 00 de ad be ef 65 aa bb',
    );
    expect(toHex(block.bytes)).toBe(before);
  });

  it.each([
    { name: 'none (FLIR M400)', fault: { noMarker: true }, markers: [0x60, 0x60, 0x60] },
    { name: 'on parameter sets (Tapo TC70)', fault: { markerOnParameterSets: true }, markers: [0xe0, 0xe0, 0xe0] },
  ])('marker $name', ({ fault, markers }) => {
    const { bytes, offsets } = buildPacketBlock(picture, { ...options, ...fault });
    expect(offsets.slice(0, -1).map((offset) => bytes[offset + 5])).toEqual(markers);
  });
});
