/** What fuzzing starts from: well-formed, and as cameras write it. */
import { DEVICE_DESCRIPTIONS, MALFORMED_DESCRIPTIONS } from '@oriel/testing/scripted-server';

const text = (...lines) => Buffer.from(lines.join('\r\n'), 'latin1');
const hex = (digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

export const SDP = [...DEVICE_DESCRIPTIONS, ...(MALFORMED_DESCRIPTIONS ?? [])].map(({ sdp }) => Buffer.from(sdp));

export const MESSAGES = [
  text('RTSP/1.0 200 OK', 'CSeq: 1', 'Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN', '', ''),
  text(
    'RTSP/1.0 200 OK',
    'CSeq: 2',
    'Content-Type: application/sdp',
    'Content-Length: 32',
    '',
    'v=0',
    'm=video 0 RTP/AVP 96',
    '',
    '',
  ),
  text('RTSP/1.0 401 Unauthorized', 'CSeq: 3', 'WWW-Authenticate: Digest realm="r", nonce="n"', '', ''),
  text('RTSP/1.0 404', 'cseq:  4', '', ''),
  text('ANNOUNCE rtsp://camera/ RTSP/1.0', 'CSeq: 9', 'Content-length: 3 ', '', 'a=b'),
  Buffer.from('$\0\0\x0c\x80\x60\0\x01\0\0\0\0\0\0\0\0', 'latin1'),
  Buffer.from('$\x01\0\x08\x80\xc9\0\x01\0\0\0\0', 'latin1'),
  Buffer.from('\r\n\r\n$\0\0\0', 'latin1'),
  text('HTTP/1.1 400 Bad Request', '', ''),
  hex('16030100'),
];

export const TRANSPORT = [
  'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=6F7C2E01',
  'RTP/AVP;unicast;client_port=40000-40001;server_port=5000-5001;ssrc=0x6f7c;mode="PLAY"',
  'RTP/AVP;multicast;destination=239.1.2.3;port=5000-5001;ttl=16',
  'RTP/AVP/UDP;unicast;source=10.0.0.5;server_port=40000-40001,ssrc=1',
  'RTP/AVP;unicast;interleaved=2,RTP/AVP/TCP;interleaved=0-1',
].map((value) => Buffer.from(value));

export const SESSION = ['12345678', '12345678;timeout=60', ' 12 ; timeout = 15 ;', ';timeout=0', 'a;b;timeout=x'].map(
  (value) => Buffer.from(value),
);

export const AUTHENTICATE = [
  'Digest realm="IP Camera", nonce="abc", stale="FALSE"',
  'Basic realm="r", Digest realm="r\\"x", nonce="n", qop="auth,auth-int", algorithm=SHA-256, opaque="o"',
  'Negotiate, Digest realm="",nonce=n',
  'Bearer error="invalid_token"',
].map((value) => Buffer.from(value));

export const RTP_INFO = [
  'url=rtsp://camera/trackID=1;seq=1;rtptime=0',
  'url=rtsp://camera/a,b;seq=65535;rtptime=4294967295, url=trackID=2;seq=-1;rtptime=-1',
  'seq=1',
].map((value) => Buffer.from(value));

export const URLS = [
  'rtsp://admin:p@ss:w/rd#?@192.168.1.100:554/stream?channel=1&subtype=0',
  'rtsps://[fe80::1%25eth0]:322/a%20b',
  'rtsp://rtsp://camera/x',
  'trackID=1',
  'rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0/trackID=0',
].map((value) => Buffer.from(value));

export const HTTP_REPLIES = [
  text('HTTP/1.0 200 OK', 'Content-Type: application/x-rtsp-tunnelled', '', '$'),
  text('HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Basic realm="r"', '', ''),
];

export const H264_SPS = [
  '6764001eacd940a02ff97011000003000100000300320f162d96',
  '6742c01ed900c037b011000003000100000300320f162e48',
  '674d0029e2900800c9d808800000030080000019478c1108a8',
  '67640033ac1514a02800f19000000fa4000'.concat('0'),
].map(hex);
export const H264_PPS = ['68ebe3cb22c0', '68ee3c80', '68ce3880'].map(hex);
export const H264_SEI = ['0606018080', '0605040102030480', '060600ff80'].map(hex);
export const H265_SETS = [
  '40010c01ffff016000000300b0000003000003005dac59',
  '420101016000000300b0000003000003005da00280802d165959a4932bc05a70808080820000030002000003003210',
  '4401c172b46240',
  '2601af1d',
].map(hex);
export const AAC_CONFIG = ['1408', '1210', '1588', '2b920800', 'eb0a0800'].map(hex);
export const RTCP = [
  '80c8000611223344e8fd2a00800000000000a0000000000a00000b00',
  '81c900071122334455667788010000010000000a000000010000000200000003',
  '81ca0003aabbccdd01056f7269656c00',
  '81cb000111223344',
].map(hex);
