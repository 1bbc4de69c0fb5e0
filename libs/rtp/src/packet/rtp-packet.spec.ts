import { hexToBytes } from '../testing-packets.ts';
import { sequenceDistance, timestampDistance } from './distance.ts';
import { parseRtpPacket } from './rtp-packet.ts';

describe('parseRtpPacket', () => {
  it.each([
    {
      name: 'marker, no extension',
      hex: '80e0 0007 00015f90 11223344 65aa',
      expected: { payloadType: 96, sequenceNumber: 7, rtpTimestamp: 90_000, ssrc: 0x11223344, marker: true },
      payload: '65aa',
    },
    {
      name: 'one-word extension (ONVIF replay, 0xABAC)',
      hex: '9060 0008 00015f90 91223344 abac0001 deadbeef 41bb',
      expected: { payloadType: 96, sequenceNumber: 8, rtpTimestamp: 90_000, ssrc: 0x91223344, marker: false },
      payload: '41bb',
    },
    {
      name: 'extension of no words',
      hex: '9060 0008 00015f90 11223344 abac0000 41bb',
      expected: { payloadType: 96, sequenceNumber: 8, rtpTimestamp: 90_000, ssrc: 0x11223344, marker: false },
      payload: '41bb',
    },
    {
      name: 'two contributing sources and three padding bytes',
      hex: 'a260 ffff ffffffff 11223344 00000001 00000002 41cc 000003',
      expected: { payloadType: 96, sequenceNumber: 65_535, rtpTimestamp: 0xffff_ffff, ssrc: 0x11223344, marker: false },
      payload: '41cc',
    },
    {
      name: 'nothing but padding',
      hex: 'a060 0001 00000000 11223344 0002',
      expected: { payloadType: 96, sequenceNumber: 1, rtpTimestamp: 0, ssrc: 0x11223344, marker: false },
      payload: '',
    },
  ])('item 67: reads $name', ({ hex, expected, payload }) => {
    expect(parseRtpPacket(hexToBytes(hex))).toEqual({ ok: true, value: { ...expected, payload: hexToBytes(payload) } });
  });

  it.each([
    { name: 'an empty datagram', hex: '', reason: 'rtp-too-short', offset: 0 },
    { name: 'eleven bytes', hex: '8060 0001 00000000 112233', reason: 'rtp-too-short', offset: 11 },
    { name: 'version 1', hex: '4060 0001 00000000 11223344', reason: 'rtp-bad-version', offset: 0 },
    {
      name: 'the last of eight contributing sources missing',
      hex: `8860 0001 00000000 11223344 ${'00000000'.repeat(7)}`,
      reason: 'rtp-header-past-end',
      offset: 12,
    },
    {
      name: 'an extension header past the end',
      hex: '9060 0001 00000000 11223344 abac',
      reason: 'rtp-header-past-end',
      offset: 12,
    },
    {
      name: 'an extension past the end',
      hex: '9060 0001 00000000 11223344 abac0002 00000000',
      reason: 'rtp-header-past-end',
      offset: 12,
    },
    { name: 'padding of zero', hex: 'a060 0001 00000000 11223344 4100', reason: 'rtp-bad-padding', offset: 13 },
    {
      name: 'padding longer than the payload',
      hex: 'a060 0001 00000000 11223344 4103',
      reason: 'rtp-bad-padding',
      offset: 13,
    },
  ])('item 67: refuses $name', ({ hex, reason, offset }) => {
    expect(parseRtpPacket(hexToBytes(hex))).toMatchObject({ ok: false, fault: { reason, offset } });
  });
});

it.each([
  { from: 7, to: 8, distance: 1 },
  { from: 65_535, to: 0, distance: 1 },
  { from: 0, to: 65_535, distance: -1 },
  { from: 5, to: 5, distance: 0 },
  { from: 0, to: 32_767, distance: 32_767 },
])('item 68: sequence number $from to $to is $distance', ({ from, to, distance }) => {
  expect(sequenceDistance(from, to)).toBe(distance);
});

it.each([
  { from: 0xffff_ffff, to: 0, distance: 1 },
  { from: 0, to: 0xffff_ffff, distance: -1 },
  { from: 10, to: 3_010, distance: 3_000 },
])('item 72: timestamp $from to $to is $distance', ({ from, to, distance }) => {
  expect(timestampDistance(from, to)).toBe(distance);
});
