/**
 * Bytes of one entry in the stream of a rendition, big-endian. docs/media-bus.md shows this table; the golden test pins it.
 *
 * | offset | bytes | field                                                                |
 * |-------:|------:|----------------------------------------------------------------------|
 * |      0 |     1 | layout version, 2                                                    |
 * |      1 |     1 | flags: bit 0 capture time known, others zero                         |
 * |      2 |     2 | width in pixels                                                      |
 * |      4 |     2 | height in pixels                                                     |
 * |      6 |     4 | time spent decoding, microseconds                                    |
 * |     10 |     4 | time spent converting and encoding, microseconds                     |
 * |     14 |     8 | epoch of the transcoder's lease                                      |
 * |     22 |     8 | epoch of the access unit                                             |
 * |     30 |     8 | sequence: the camera's order of presentation                         |
 * |     38 |     8 | RTP time of the access unit, ticks of 90 kHz, signed                 |
 * |     46 |     8 | arrival time, microseconds since the Unix epoch                      |
 * |     54 |     8 | capture time, microseconds since the Unix epoch; zero when not known |
 * |     62 |     4 | how long B-frames held it back, microseconds                         |
 * |     66 |     n | one whole JPEG, SOI to EOI, at least one byte                        |
 */

import { malformed, type Parsed } from '@oriel/model';
import { getInt64, getUint53, setInt64 } from './int64.ts';
import type { JpegFrame } from './media-bus.ts';

/** Publishing a JPEG costs this one allocation and this one copy. Times are rounded to whole microseconds. */
export function encodeJpegEntry(frame: JpegFrame): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + frame.data.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint8(0, LAYOUT_VERSION);
  view.setUint8(1, frame.captureTimeUs === undefined ? 0 : CAPTURE_TIME_FLAG);
  view.setUint16(2, frame.width);
  view.setUint16(4, frame.height);
  view.setUint32(6, Math.min(Math.round(frame.decodeUs), MAX_UINT32));
  view.setUint32(10, Math.min(Math.round(frame.encodeUs), MAX_UINT32));
  setInt64(view, 14, frame.epoch);
  setInt64(view, 22, frame.sourceEpoch);
  setInt64(view, 30, frame.sequence);
  setInt64(view, 38, Math.round(frame.rtpTimeTicks));
  setInt64(view, 46, Math.round(frame.arrivalTimeUs));
  setInt64(view, 54, Math.round(frame.captureTimeUs ?? 0));
  view.setUint32(62, Math.min(Math.round(frame.reorderUs), MAX_UINT32));
  bytes.set(frame.data, HEADER_BYTES);
  return bytes;
}

/**
 * `data` of the result is a view of `bytes`. Unknown versions and flags are refused: a newer service may be writing.
 */
export function decodeJpegEntry(bytes: Uint8Array): Parsed<JpegFrame> {
  if (bytes.length <= HEADER_BYTES) return malformed('entry-too-short', bytes.length, DOCUMENT);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== LAYOUT_VERSION) return malformed('entry-unknown-version', 0, DOCUMENT);
  const flags = view.getUint8(1);
  if ((flags & ~CAPTURE_TIME_FLAG) !== 0) return malformed('entry-unknown-flags', 1, DOCUMENT);

  const epoch = getUint53(view, 14);
  if (epoch === undefined) return malformed('entry-number-too-large', 14, DOCUMENT);
  const sourceEpoch = getUint53(view, 22);
  if (sourceEpoch === undefined) return malformed('entry-number-too-large', 22, DOCUMENT);
  const sequence = getUint53(view, 30);
  if (sequence === undefined) return malformed('entry-number-too-large', 30, DOCUMENT);
  const rtpTimeTicks = getInt64(view, 38);
  if (rtpTimeTicks === undefined) return malformed('entry-number-too-large', 38, DOCUMENT);
  const arrivalTimeUs = getUint53(view, 46);
  if (arrivalTimeUs === undefined) return malformed('entry-number-too-large', 46, DOCUMENT);
  const captureTimeUs = getUint53(view, 54);
  if (captureTimeUs === undefined) return malformed('entry-number-too-large', 54, DOCUMENT);

  return {
    ok: true,
    value: {
      epoch,
      sourceEpoch,
      sequence,
      rtpTimeTicks,
      arrivalTimeUs,
      captureTimeUs: flags === 0 ? undefined : captureTimeUs,
      width: view.getUint16(2),
      height: view.getUint16(4),
      decodeUs: view.getUint32(6),
      encodeUs: view.getUint32(10),
      reorderUs: view.getUint32(62),
      data: bytes.subarray(HEADER_BYTES),
    },
  };
}

const LAYOUT_VERSION = 2;
const HEADER_BYTES = 66;
const CAPTURE_TIME_FLAG = 0b0000_0001;
const MAX_UINT32 = 0xffff_ffff;

/** Where the layout is documented. */
const DOCUMENT = 'docs/media-bus.md';
