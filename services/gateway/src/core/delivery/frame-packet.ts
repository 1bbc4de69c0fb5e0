/**
 * Encodes a `frame` event as the bytes that Socket.IO (protocol 5) and Engine.IO (protocol 4) would write to a WebSocket. Doing it here encodes
 * the header once per frame instead of once per viewer, and turns two writes into one. `sendEncoded` uses it.
 */
import type { FrameHeader } from '@oriel/stream-protocol';
import type { LiveFrame } from './live-frame.ts';

export function frameHeader(frame: LiveFrame, skipped: number, sentAtMs: number): FrameHeader {
  return { ...sharedHeader(frame), skipped, sentAtMs };
}

/**
 * Engine.IO's text message with the event (`4` message, `5` binary event, `1-` one attachment), then the head of the binary
 * message. The picture follows as is (RFC 6455 §5.2, unmasked, unfragmented).
 *
 * @param acknowledgementId the client repeats it in its acknowledgement
 */
export function framePacketHead(
  frame: LiveFrame,
  skipped: number,
  sentAtMs: number,
  acknowledgementId: number,
): Uint8Array {
  const text = `451-${acknowledgementId}["frame",${sharedJson(frame)},"skipped":${skipped},"sentAtMs":${sentAtMs}},{"_placeholder":true,"num":0}]`;
  // Camera and rendition ids are ASCII, one byte per character.
  const textHead = webSocketHead(TEXT, text.length);
  const binaryHead = webSocketHead(BINARY, frame.data.byteLength);
  const bytes = Buffer.allocUnsafe(textHead.length + text.length + binaryHead.length);
  bytes.set(textHead, 0);
  bytes.write(text, textHead.length, 'latin1');
  bytes.set(binaryHead, textHead.length + text.length);
  return bytes;
}

const TEXT = 0x81;
const BINARY = 0x82;

function webSocketHead(firstByte: number, payloadBytes: number): readonly number[] {
  if (payloadBytes < 126) return [firstByte, payloadBytes];
  if (payloadBytes < 65_536) return [firstByte, 126, payloadBytes >> 8, payloadBytes & 0xff];
  const high = Math.floor(payloadBytes / 2 ** 32);
  return [firstByte, 127, ...bigEndian(high), ...bigEndian(payloadBytes)];
}

function bigEndian(value: number): readonly number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

type SharedHeader = Omit<FrameHeader, 'skipped' | 'sentAtMs'>;

function sharedHeader(frame: LiveFrame): SharedHeader {
  return {
    camera: frame.cameraId,
    epoch: frame.epoch,
    sequence: frame.sequence,
    width: frame.width,
    height: frame.height,
    receivedAtMs: frame.receivedAtMs,
    ...(frame.capturedAtMs === undefined ? {} : { capturedAtMs: frame.capturedAtMs }),
    rendition: frame.renditionId,
  };
}

/** The part of the header that all viewers share, without the closing brace; encoded once per frame. */
function sharedJson(frame: LiveFrame): string {
  let json = sharedJsonOf.get(frame);
  if (json === undefined) {
    json = JSON.stringify(sharedHeader(frame)).slice(0, -1);
    sharedJsonOf.set(frame, json);
  }
  return json;
}

const sharedJsonOf = new WeakMap<LiveFrame, string>();
