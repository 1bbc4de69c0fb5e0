/**
 * Bytes of one entry in the access-unit stream, big-endian. docs/media-bus.md shows this table; the golden test pins it.
 *
 * | offset | bytes | field                                                                             |
 * |-------:|------:|-----------------------------------------------------------------------------------|
 * |      0 |     1 | layout version, 1                                                                 |
 * |      1 |     1 | flags: bit 0 keyframe, bit 1 discontinuity, bit 2 capture time known, others zero |
 * |      2 |     1 | codec: 1 H.264, 2 H.265                                                           |
 * |      3 |     8 | epoch                                                                             |
 * |     11 |     8 | sequence                                                                          |
 * |     19 |     8 | RTP time, ticks of 90 kHz, signed                                                 |
 * |     27 |     8 | arrival time, microseconds since the Unix epoch                                   |
 * |     35 |     8 | capture time, microseconds since the Unix epoch; zero when not known              |
 * |     43 |     4 | RTP packets lost before                                                           |
 * |     47 |     2 | width in pixels                                                                   |
 * |     49 |     2 | height in pixels                                                                  |
 * |     51 |     n | Annex B byte stream, at least one byte                                            |
 */

import { malformed, type Parsed } from '@oriel/model';
import { getInt64, getUint53, setInt64 } from './int64.ts';
import type { AccessUnit } from './media-bus.ts';

/** Publishing an access unit costs this one allocation and this one copy. Times are rounded to whole microseconds. */
export function encodeAccessUnitEntry(accessUnit: AccessUnit): Buffer {
  const { captureTimeUs, data } = accessUnit;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + data.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags =
    (accessUnit.isKeyframe ? KEYFRAME_FLAG : 0) |
    (accessUnit.discontinuity ? DISCONTINUITY_FLAG : 0) |
    (captureTimeUs === undefined ? 0 : CAPTURE_TIME_FLAG);
  view.setUint8(0, LAYOUT_VERSION);
  view.setUint8(1, flags);
  view.setUint8(2, accessUnit.codec === 'h264' ? H264 : H265);
  setInt64(view, 3, accessUnit.epoch);
  setInt64(view, 11, accessUnit.sequence);
  setInt64(view, 19, Math.round(accessUnit.rtpTimeTicks));
  setInt64(view, 27, Math.round(accessUnit.arrivalTimeUs));
  setInt64(view, 35, Math.round(captureTimeUs ?? 0));
  view.setUint32(43, Math.min(accessUnit.lostPacketsBefore, MAX_UINT32));
  view.setUint16(47, accessUnit.width);
  view.setUint16(49, accessUnit.height);
  bytes.set(data, HEADER_BYTES);
  return bytes;
}

/**
 * `data` of the result is a view of `bytes`. Unknown versions and flags are refused: a newer service may be writing.
 */
export function decodeAccessUnitEntry(bytes: Uint8Array): Parsed<AccessUnit> {
  if (bytes.length <= HEADER_BYTES) return malformed('entry-too-short', bytes.length, DOCUMENT);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== LAYOUT_VERSION) return malformed('entry-unknown-version', 0, DOCUMENT);
  const flags = view.getUint8(1);
  if ((flags & ~KNOWN_FLAGS) !== 0) return malformed('entry-unknown-flags', 1, DOCUMENT);
  const codec = view.getUint8(2);
  if (codec !== H264 && codec !== H265) return malformed('entry-unknown-codec', 2, DOCUMENT);

  const epoch = getUint53(view, 3);
  if (epoch === undefined) return malformed('entry-number-too-large', 3, DOCUMENT);
  const sequence = getUint53(view, 11);
  if (sequence === undefined) return malformed('entry-number-too-large', 11, DOCUMENT);
  const rtpTimeTicks = getInt64(view, 19);
  if (rtpTimeTicks === undefined) return malformed('entry-number-too-large', 19, DOCUMENT);
  const arrivalTimeUs = getUint53(view, 27);
  if (arrivalTimeUs === undefined) return malformed('entry-number-too-large', 27, DOCUMENT);
  const captureTimeUs = getUint53(view, 35);
  if (captureTimeUs === undefined) return malformed('entry-number-too-large', 35, DOCUMENT);

  return {
    ok: true,
    value: {
      codec: codec === H264 ? 'h264' : 'h265',
      epoch,
      sequence,
      isKeyframe: (flags & KEYFRAME_FLAG) !== 0,
      rtpTimeTicks,
      arrivalTimeUs,
      captureTimeUs: (flags & CAPTURE_TIME_FLAG) === 0 ? undefined : captureTimeUs,
      lostPacketsBefore: view.getUint32(43),
      discontinuity: (flags & DISCONTINUITY_FLAG) !== 0,
      width: view.getUint16(47),
      height: view.getUint16(49),
      data: bytes.subarray(HEADER_BYTES),
    },
  };
}

const LAYOUT_VERSION = 1;
const HEADER_BYTES = 51;
const KEYFRAME_FLAG = 0b0000_0001;
const DISCONTINUITY_FLAG = 0b0000_0010;
const CAPTURE_TIME_FLAG = 0b0000_0100;
const KNOWN_FLAGS = KEYFRAME_FLAG | DISCONTINUITY_FLAG | CAPTURE_TIME_FLAG;
const H264 = 1;
const H265 = 2;
const MAX_UINT32 = 0xffff_ffff;

/** Where the layout is documented. */
const DOCUMENT = 'docs/media-bus.md';
