/**
 * What is fuzzed. `run` gets the chance of one case; it throws when an invariant is broken, and nothing under test may throw.
 * The first six are those of the reference client; it has none for sound, we have none for JPEG.
 */
import {
  findRecoveryPoint,
  h265SlicePictureParameterSetId,
  h265VideoParameterSetId,
  isH265RecoveryPoint,
  joinAnnexB,
  nalUnitsOfAnnexB,
  parseDecoderConfig,
  parseH265PictureParameterSet,
  parseH265SequenceParameterSet,
  parsePictureParameterSet,
  parseSequenceParameterSet,
  parseSliceHeader,
  removeEmulationPrevention,
} from '@oriel/h264';
import { packetizeH264 } from '@oriel/testing';
import { MessageParser } from '../dist/message/message-parser.js';
import { parseRetryAfter } from '../dist/message/retry-after-header.js';
import { parseRtpInfoHeader } from '../dist/message/rtp-info-header.js';
import { encodeRequest, encodeResponse } from '../dist/message/rtsp-message.js';
import { parseSessionHeader } from '../dist/message/session-header.js';
import { parseTransportHeader } from '../dist/message/transport-header.js';
import { parseChallenges } from '../dist/message/www-authenticate-header.js';
import { AudioReceiver } from '../dist/rtp/audio-receiver.js';
import { parseAudioSpecificConfig } from '../dist/rtp/audio-specific-config.js';
import { VideoReceiver } from '../dist/rtp/media-receiver.js';
import { parseRtcp } from '../dist/rtp/rtcp-packet.js';
import { parseRtpPacket } from '../dist/rtp/rtp-packet.js';
import { chooseAudio } from '../dist/sdp/choose-audio.js';
import { chooseVideo } from '../dist/sdp/choose-video.js';
import { parseSessionDescription } from '../dist/sdp/session-description.js';
import { HttpReplyReader } from '../dist/transport/http-reply-reader.js';
import { resolveControlUrl } from '../dist/url/control-url.js';
import { parseRtspUrl } from '../dist/url/rtsp-url.js';
import * as corpus from './corpus.mjs';

const latin1 = (bytes) => bytes.toString('latin1');

function check(condition, what) {
  if (!condition) throw new Error(`broken: ${what}`);
}

/** A receiver and counters that a hostile camera may do anything with. */
class Camera {
  accessUnits = [];
  sequenceNumber = 100;
  timestamp = 900_000;
  nowUs = 1.7e15;

  constructor(createReceiver) {
    this.receiver = createReceiver((accessUnit) => this.accessUnits.push(accessUnit));
  }

  send(payload, { marker = false, payloadType = 96, ssrc = 1 } = {}) {
    const packet = Buffer.allocUnsafe(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = (marker ? 0x80 : 0) | payloadType;
    packet.writeUInt16BE(this.sequenceNumber & 0xffff, 2);
    packet.writeUInt32BE(this.timestamp >>> 0, 4);
    packet.writeUInt32BE(ssrc, 8);
    packet.set(payload, 12);
    this.receiver.pushRtp(packet, this.nowUs);
    // As a socket's buffer would be.
    packet.fill(0xee);
    this.sequenceNumber += 1;
  }

  /** Time, loss, markers and sources as chance has them. */
  sendAnything(random, payload) {
    if (random.chance(6)) this.sequenceNumber += random.below(21) - 10;
    if (random.chance(2)) this.timestamp += random.chance(10) ? random.u32() : 3_000;
    this.nowUs += random.pick([0, 100, 40_000, 3_000_000]);
    this.send(payload, { marker: random.chance(2), ssrc: random.chance(30) ? 2 : 1 });
    if (random.chance(8)) this.receiver.tick(this.nowUs);
    if (random.chance(20)) this.receiver.pushRtcp(random.mutate(corpus.RTCP), this.nowUs);
  }
}

const LIMITS = { accessUnitBytes: 4_000, nalUnitsPerAccessUnit: 20, reorderPackets: 8 };
const SETS = { h264: [corpus.H264_SPS[0], corpus.H264_PPS[0]], h265: corpus.H265_SETS.slice(0, 3) };
const KEYFRAME = { h264: Buffer.from('6588ab', 'hex'), h265: Buffer.from('2801af1d', 'hex') };
const FIRST_BYTES = {
  h264: [0x41, 0x65, 0x67, 0x68, 0x06, 0x09, 0x0c, 0x78, 0x7c, 0x5c, 0x1d, 0x00],
  h265: [0x02, 0x26, 0x28, 0x40, 0x42, 0x44, 0x4e, 0x60, 0x62, 0x64],
};
const SECOND_BYTES = [0x01, 0x81, 0x85, 0x41, 0x45, 0xc1, 0x93, 0x53];

const videoReceiver = (codec, transport, onAccessUnit) =>
  new VideoReceiver({
    codec,
    clockRateHz: 90_000,
    payloadTypes: [96],
    parameterSets: SETS[codec],
    transport,
    clock: { nowUs: () => 0 },
    onAccessUnit,
    onEvent: () => undefined,
    limits: LIMITS,
    rtcpIdentity: { ssrc: 9, cname: 'fuzz' },
  });

function depacketizeVideo(codec) {
  return (random) => {
    const camera = new Camera((onAccessUnit) => videoReceiver(codec, random.pick(['tcp', 'udp']), onAccessUnit));
    for (let count = random.below(24); count > 0; count--) {
      const head = [random.pick(FIRST_BYTES[codec]), random.pick(SECOND_BYTES)];
      const body = random.chance(4) ? random.mutate([...corpus.H264_SPS, ...corpus.H265_SETS]) : random.bytes(40);
      const payload = random.chance(10) ? random.bytes(200) : Buffer.concat([Buffer.from(head), body]);
      camera.sendAnything(random, payload);
    }
    camera.receiver.flush();
    check(!camera.accessUnits.slice(0, -1).some(({ isDamaged }) => isDamaged), 'damaged and delivered');
    check(camera.receiver.stats().heldBytes < 128 * 1024, 'held bytes');
    const delivered = camera.accessUnits.length;
    camera.timestamp = 5;
    camera.send(KEYFRAME[codec], { marker: true, ssrc: 3 });
    check(camera.accessUnits.length === delivered + 1, 'the next picture comes');
    for (const { data } of camera.accessUnits) {
      check(data.length <= LIMITS.accessUnitBytes + 65_536, 'size of an access unit');
      check(Buffer.compare(data, joinAnnexB(nalUnitsOfAnnexB(data))) === 0, 'well-formed Annex B');
    }
    const last = nalUnitsOfAnnexB(camera.accessUnits.at(-1).data).at(-1);
    check(Buffer.compare(last, KEYFRAME[codec]) === 0, 'the next picture is clean');
  };
}

function depacketizeAudio(random) {
  const codec = random.pick(['aac', 'aac', 'pcmu']);
  const camera = new Camera(
    (onAudio) =>
      new AudioReceiver({
        codec,
        clockRateHz: 16_000,
        channels: 1,
        config: undefined,
        framing: random.chance(2)
          ? {}
          : {
              sizeLengthBits: random.below(17),
              indexLengthBits: random.below(9),
              indexDeltaLengthBits: random.below(9),
              samplesPerFrame: random.pick([960, 1_024]),
            },
        payloadTypes: [96],
        transport: random.pick(['tcp', 'udp']),
        onAudio,
        onEvent: () => undefined,
        rtcpIdentity: { ssrc: 9, cname: 'fuzz' },
      }),
  );
  const seeds = ['00100018aabbcc', '003000080010 0008aabbccdd', '0010 0028aabb', 'fff15080013ffcaabb'].map((digits) =>
    Buffer.from(digits.replaceAll(' ', ''), 'hex'),
  );
  for (let count = random.below(24); count > 0; count--) camera.sendAnything(random, random.mutate(seeds, 1_500));
  camera.receiver.flush();
  check(
    camera.accessUnits.every(({ data }) => data.length > 0 && data.length <= 8_192),
    'size of a sound',
  );
}

function h265NalUnits(random) {
  const nalUnit = random.chance(4) ? random.bytes(80) : random.mutate(corpus.H265_SETS, 200);
  parseH265SequenceParameterSet(nalUnit);
  parseH265PictureParameterSet(nalUnit);
  h265VideoParameterSetId(nalUnit);
  h265SlicePictureParameterSetId(nalUnit);
  isH265RecoveryPoint(nalUnit);
}

/** Packets in, the same NAL units out. */
function roundTripH264(random) {
  const nalUnits = Array.from({ length: 1 + random.below(5) }, (_, index) => {
    const bytes = random.bytes(random.chance(20) ? 3_000 : 60).map((byte) => byte | 0x04);
    return Buffer.concat([Buffer.of(index === 0 ? 0x65 : 0x41, index === 0 ? 0x88 : 0x57), bytes, Buffer.of(0x80)]);
  });
  const options = { maxPayloadBytes: 20 + random.below(1_400), aggregate: random.chance(2) };
  const camera = new Camera((onAccessUnit) => videoReceiver('h264', random.pick(['tcp', 'udp']), onAccessUnit));
  const payloads = packetizeH264(nalUnits, options);
  for (const [index, payload] of payloads.entries()) camera.send(payload, { marker: index === payloads.length - 1 });
  const isTooLarge = nalUnits.reduce((sum, { length }) => sum + length + 4, 0) > LIMITS.accessUnitBytes;
  if (isTooLarge) return;
  check(camera.accessUnits.length === 1, 'one access unit');
  const out = nalUnitsOfAnnexB(camera.accessUnits[0].data).slice(-nalUnits.length);
  check(Buffer.compare(joinAnnexB(out), joinAnnexB(nalUnits)) === 0, 'the NAL units that went in');
}

function parse(chunks) {
  const log = [];
  const parser = new MessageParser({
    channels: { isAssigned: (channel) => channel < 2, looksLikeMedia: ([first = 0]) => first >> 6 === 2 },
    sink: {
      onFrame: (channel, payload) => log.push(`$${channel} ${latin1(Buffer.from(payload))}`),
      onMessage: (message) =>
        log.push(
          `${message.statusCode ?? message.method} ${message.headers.count} ${latin1(Buffer.from(message.body))}`,
        ),
      onFault: () => undefined,
      onResync: () => undefined,
    },
  });
  for (const chunk of chunks) {
    if (parser.push(Buffer.from(chunk), 0) !== undefined) break;
    check(parser.heldBytes < 1_200_000, 'held bytes');
  }
  parser.completeBody();
  return { log, parser };
}

function cut(random, bytes) {
  const points = Array.from({ length: random.below(8) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...points].map((from, index) => bytes.subarray(from, points[index] ?? bytes.length));
}

/** What is encoded is read back, wherever it is cut. */
function roundTripMessages(random) {
  const messages = Array.from({ length: 1 + random.below(4) }, () => {
    const fields = Array.from({ length: random.below(4) }, () => ['X-A', latin1(random.bytes(20))]);
    const isRequest = random.chance(2);
    const cSeq = ['CSeq', String(random.below(1_000))];
    return isRequest
      ? encodeRequest(random.pick(['OPTIONS', 'GET_PARAMETER']), 'rtsp://camera/', [cSeq, ...fields])
      : encodeResponse(100 + random.below(500), latin1(random.bytes(10)), [cSeq, ...fields]);
  });
  const whole = Buffer.concat(messages);
  const { log } = parse([whole]);
  check(log.length === messages.length, 'as many messages as were encoded');
  check(parse(cut(random, whole)).log.join('|') === log.join('|'), 'the same wherever it is cut');
}

function hostileMessages(random) {
  const parts = Array.from({ length: random.below(8) }, () =>
    random.chance(5) ? random.bytes(40) : random.mutate(corpus.MESSAGES),
  );
  parse(cut(random, Buffer.concat(parts)));
}

function description(random) {
  const body = random.mutate(corpus.SDP, 8_192);
  const parsed = parseSessionDescription(body);
  check(parsed.medias.length <= 256, 'medias');
  const video = chooseVideo(parsed);
  if (video.ok)
    check(
      video.track.payloadTypes.every((type) => type >= 0 && type <= 127),
      'payload types',
    );
  const audio = chooseAudio(parsed);
  if (audio !== undefined) check(audio.clockRateHz > 0 && audio.channels > 0, 'clock and channels');
}

function headers(random) {
  const seeds = [...corpus.TRANSPORT, ...corpus.SESSION, ...corpus.AUTHENTICATE, ...corpus.RTP_INFO];
  const value = latin1(random.mutate(seeds, 1_000));
  const { ssrc, interleaved, serverPorts } = parseTransportHeader(value);
  check(ssrc === undefined || (ssrc > 0 && ssrc <= 0xffff_ffff), 'ssrc');
  check(interleaved === undefined || interleaved.every((channel) => channel >= 0 && channel <= 255), 'channels');
  check(serverPorts === undefined || serverPorts.every((port) => port > 0 && port < 65_536), 'ports');
  const session = parseSessionHeader(value);
  check(session?.timeoutS === undefined || (session.timeoutS >= 1 && session.timeoutS <= 3_600), 'timeout');
  parseRtpInfoHeader(value);
  parseChallenges([value]);
  parseRetryAfter(value, 0);
}

function h264ParameterSets(random) {
  const nalUnit = random.chance(5)
    ? random.bytes(100)
    : random.mutate([...corpus.H264_SPS, ...corpus.H264_PPS, ...corpus.H264_SEI], 300);
  const sps = parseSequenceParameterSet(nalUnit);
  if (sps.ok) {
    const { width, height } = sps.value;
    check(
      Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 0 && height >= 0,
      'size of a picture',
    );
    parseSliceHeader(nalUnit, sps.value);
  }
  parsePictureParameterSet(nalUnit);
  findRecoveryPoint(nalUnit);
  parseDecoderConfig(nalUnit);
  check(removeEmulationPrevention(nalUnit).length <= nalUnit.length, 'length without emulation prevention');
  parseAudioSpecificConfig(random.mutate(corpus.AAC_CONFIG, 40));
}

function packets(random) {
  const bytes = random.chance(3) ? random.bytes(80) : random.mutate(corpus.RTCP, 200);
  const { packets: read } = parseRtcp(bytes);
  check(read.length <= bytes.length / 4, 'packets in a compound');
  parseRtpPacket(bytes);
}

function addresses(random) {
  const text = latin1(random.mutate(corpus.URLS, 600));
  const parsed = parseRtspUrl(text);
  const base = parseRtspUrl('rtsp://camera/stream').url;
  check(!/[\r\n]/.test(resolveControlUrl('rtsp://camera/stream/', text.replaceAll(/[\r\n]/g, ''), base)), 'line break');
  if (!parsed.ok) return;
  const { port, requestUri, authority, pathAndQuery } = parsed.url;
  check(port >= 1 && port <= 65_535, 'port');
  check(!/[\s@/?#]/.test(authority), 'user-info or blank in the authority');
  check(requestUri.endsWith(`://${authority}${pathAndQuery}`) && !requestUri.includes(' '), 'request URI');
}

function httpReplies(random) {
  const reader = new HttpReplyReader();
  for (const chunk of cut(random, random.mutate(corpus.HTTP_REPLIES))) {
    const reply = reader.push(chunk);
    if (reply === undefined) continue;
    check(reply.statusCode >= 0 && reply.statusCode <= 999, 'status');
    return;
  }
}

export const TARGETS = {
  'depacketize H.264': depacketizeVideo('h264'),
  'depacketize H.265': depacketizeVideo('h265'),
  'depacketize AAC and G.711': depacketizeAudio,
  'H.265 parameter sets': h265NalUnits,
  'round trip of H.264': roundTripH264,
  'round trip of messages': roundTripMessages,
  messages: hostileMessages,
  descriptions: description,
  headers,
  'H.264 parameter sets': h264ParameterSets,
  'RTP and RTCP': packets,
  addresses,
  'HTTP replies': httpReplies,
};
