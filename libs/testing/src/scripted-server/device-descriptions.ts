/**
 * SDP as cameras write it, re-created by hand after what is known of each (no captures): one deviation or brand a row.
 *
 * `video` is what a player must find in it: control, payload type and codec. `audio` lists the encodings of audio medias.
 */
export interface DeviceDescription {
  readonly name: string;
  readonly sdp: string;
  readonly video: {
    readonly codec: 'h264' | 'h265';
    readonly payloadType: number;
    readonly control: string | undefined;
    readonly parameterSets: number;
  };
  readonly audio?: readonly string[];
}

const SPS = 'Z2QAHqzZQKAv+XARAAADAAEAAAMAMg8WLZY=';
const PPS = 'aOvjyyLA';
const FMTP = `a=fmtp:96 packetization-mode=1;profile-level-id=64001E;sprop-parameter-sets=${SPS},${PPS}`;
const h264 = { codec: 'h264', payloadType: 96, control: 'trackID=1', parameterSets: 2 } as const;
const VIDEO = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', FMTP, 'a=control:trackID=1'];
const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n`;
const withHead = (...head: readonly string[]): string => lines('v=0', ...head, ...VIDEO);

/** Rows of rtsp-interop §2.1. */
export const DEVICE_DESCRIPTIONS: readonly DeviceDescription[] = [
  {
    name: 'Anjvision: placeholder address, tool date with suffix, H.265 fmtp with packetization-mode',
    sdp: lines(
      'v=0',
      'o=- 1109162014219182 1 IN IP4 x.y.z.w',
      's=RTSP/RTP stream',
      't=0 0',
      'a=tool:LIVE555 Streaming Media v2011.05.25 CHAM.LI@ANJVISION.COM',
      'a=type:broadcast',
      'a=control:*',
      'm=video 0 RTP/AVP 96',
      'c=IN IP4 0.0.0.0',
      'b=AS:500',
      'a=rtpmap:96 H265/90000',
      'a=fmtp:96 profile-space=0;packetization-mode=1;sprop-vps=QAEMAf//AWAAAAMAAAMAAAMAAAMAlqwJ;sprop-sps=QgEBAWAAAAMAAAMAAAMAAAMAlqABICAFEWNrkkyzLc;sprop-pps=RAHA8vA8kAA=',
      'a=control:track1',
      'a=x-onvif-track:1',
    ),
    video: { codec: 'h265', payloadType: 96, control: 'track1', parameterSets: 3 },
  },
  {
    name: 'Anpviz: c= before t=, audio of payload type 0 mapped to MPEG4-GENERIC (retina#26)',
    sdp: lines(
      'v=0',
      'o=- 1 1 IN IP4 x.y.z.w',
      's=RTSP/RTP stream',
      'c=IN IP4 0.0.0.0',
      't=0 0',
      ...VIDEO,
      'm=audio 0 RTP/AVP 0',
      'a=rtpmap:0 MPEG4-GENERIC/16000/2',
      'a=fmtp:0 config=1408',
      'a=control:trackID=2',
    ),
    video: h264,
    audio: ['MPEG4-GENERIC'],
  },
  {
    name: 'Dahua: H.264, AAC and ONVIF metadata, x-Dynamic-Rate',
    sdp: lines(
      'v=0',
      'o=- 2252310609 2252310609 IN IP4 0.0.0.0',
      's=RTSP Session/2.0',
      'c=IN IP4 0.0.0.0',
      't=0 0',
      'a=control:*',
      'a=packetization-supported:DH',
      'a=range:npt=now-',
      'a=x-packetization-supported:IV',
      ...VIDEO.slice(0, 3),
      'a=x-Dynamic-Rate:25',
      'a=recvonly',
      'a=control:trackID=1',
      'm=audio 0 RTP/AVP 97',
      'a=control:trackID=2',
      'a=rtpmap:97 MPEG4-GENERIC/48000',
      'm=application 0 RTP/AVP 107',
      'a=control:trackID=4',
      'a=rtpmap:107 vnd.onvif.metadata/90000',
    ),
    video: h264,
    audio: ['MPEG4-GENERIC'],
  },
  {
    name: 'Dahua: H.265 and PCMA, parameter sets in another order',
    sdp: lines(
      'v=0',
      'm=video 0 RTP/AVP 98',
      'a=control:trackID=0',
      'a=rtpmap:98 H265/90000',
      'a=fmtp:98 profile-id=1;sprop-sps=QgEBAWAAAAMAsAAAAwAAAwBaoAWCAJBY2uSTL5A=;sprop-pps=RAHA8vA8kA==;sprop-vps=QAEMAf//AWAAAAMAsAAAAwAAAwBarAk=',
      'm=audio 0 RTP/AVP 8',
      'a=rtpmap:8 PCMA/8000',
    ),
    video: { codec: 'h265', payloadType: 98, control: 'trackID=0', parameterSets: 3 },
    audio: ['PCMA'],
  },
  {
    name: 'Foscam: payload type 0 without rtpmap',
    sdp: lines(
      'v=0',
      'o=- 1 1 IN IP4 1.2.3.4',
      's=IP Camera Video',
      'a=tool:LIVE555 Streaming Media v2014.02.10',
      ...VIDEO,
      'm=audio 0 RTP/AVP 0',
      'c=IN IP4 0.0.0.0',
      'b=AS:64',
      'a=control:track2',
    ),
    video: h264,
    audio: ['PCMU'],
  },
  {
    name: 'Geovision: no t=, absolute control, PT 105, blanks in fmtp, a parameter without ; (retina#33)',
    sdp: lines(
      'v=0',
      'o=- 1 1 IN IP4 192.168.5.237',
      's=streamed by the RTSP server',
      'm=video 0 RTP/AVP 105',
      'a=rtpmap:105 H264/90000',
      'a=control:rtsp://192.168.5.237/media/video1/video',
      `a=fmtp:105 packetization-mode=1; profile-level-id=640028; sprop-parameter-sets=${SPS},${PPS} DecoderTag=h264`,
    ),
    video: { codec: 'h264', payloadType: 105, control: 'rtsp://192.168.5.237/media/video1/video', parameterSets: 2 },
  },
  {
    name: 'GW Security: profile-level-id of 7 digits, sprop ending in a start code, PT 8 mapped to PCMU',
    sdp: lines(
      'v=0',
      'o=- 1 1 IN IP4 127.0.1.1',
      's=RTSP/RTP stream 1',
      'm=video 0 RTP/AVP 96',
      'a=rtpmap:96 H264/90000',
      `a=fmtp:96 packetization-mode=1;profile-level-id=5046302;sprop-parameter-sets=${Buffer.from('6764001eacd940a02ff97011000003000100000300320f162d9600000001', 'hex').toString('base64')},${PPS}`,
      'a=control:trackID=1',
      'm=audio 0 RTP/AVP 8',
      'a=rtpmap:8 PCMU/8000/1',
      'a=control:trackID=2',
    ),
    video: h264,
    audio: ['PCMU'],
  },
  {
    name: 'h264dvr: framerate 0S and duplicates, PT 8 without rtpmap',
    sdp: lines(
      'v=0',
      'o=- 38990265062388 38990265062388 IN IP4 192.168.1.110',
      'a=range:npt=0-',
      'a=framerate:0S',
      'a=framerate:0S',
      ...VIDEO,
      'm=audio 0 RTP/AVP 8',
      'a=control:trackID=4',
    ),
    video: h264,
    audio: ['PCMA'],
  },
  {
    name: 'Hikvision: absolute control with a query after trackID',
    sdp: lines(
      'v=0',
      'o=- 1109162014219182 1109162014219192 IN IP4 x.y.z.w',
      's=Media Presentation',
      'e=NONE',
      'b=AS:5100',
      't=0 0',
      'a=control:rtsp://10.0.0.5/Streaming/Channels/101/?transportmode=unicast&Profile=Profile_1',
      ...VIDEO.slice(0, 3),
      'a=control:rtsp://10.0.0.5/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1',
      'a=Media_header:MEDIAINFO=494D4B48010100000400000100000000000000000000000000000000000000000000000000000000;',
      'a=appversion:1.0',
    ),
    video: {
      ...h264,
      control: 'rtsp://10.0.0.5/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1',
    },
  },
  {
    name: 'ipcam: rtpmap with a trailing blank',
    sdp: lines('v=0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000 ', FMTP, 'a=control:trackID=1'),
    video: h264,
  },
  {
    name: 'macro-video: no o=, c= after a=, profile-level-id not hexadecimal (retina#52)',
    sdp: lines(
      'v=0',
      's=streamed by the macrovideo rtsp server',
      't=0 0',
      'a=control:*',
      'c=IN IP4 0.0.0.0',
      'm=video 0 RTP/AVP 96',
      'a=rtpmap:96 H264/90000',
      `a=fmtp:96 packetization-mode=1; profile-level-id=TeAo; sprop-parameter-sets=${SPS},${PPS};`,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  {
    name: 'Reolink: control placed first, fmtp with trailing ; profile=1;',
    sdp: lines(
      'v=0',
      'o=- 1587045070581492 1 IN IP4 192.168.5.206',
      's=Session streamed by "preview"',
      'm=video 0 RTP/AVP 96',
      'a=control:trackID=1',
      'c=IN IP4 0.0.0.0',
      'b=AS:8192',
      'a=rtpmap:96 H264/90000',
      'a=range:npt=0-',
      `${FMTP}; profile=1;`,
    ),
    video: h264,
  },
  {
    name: 'TP-Link: o= with one field too many, m=application/TP-LINK (moonfire#238, gortsplib#271)',
    sdp: lines(
      'v=0',
      'o=- 14665860 31787219 1 IN IP4 192.168.1.4',
      's=Session streamed by "TP-LINK RTSP Server"',
      ...VIDEO,
      'm=application/TP-LINK 0 RTP/AVP smart/1/90000',
      'a=rtpmap:95 TP-LINK/90000',
      'a=control:track3',
    ),
    video: h264,
  },
  {
    name: 'Ubiquiti: two audio medias share PT 96, bare fmtp, SizeLength, trailing ; (retina#65)',
    sdp: lines(
      'v=0',
      'm=audio 0 RTP/AVP 96',
      'a=rtpmap:96 mpeg4-generic/16000/1',
      'a=fmtp:96 StreamType=5;Profile-level-id=14;Mode=AAC-hbr;SizeLength=13;',
      'a=control:trackID=2',
      'm=audio 0 RTP/AVP 96',
      'a=rtpmap:96 opus/48000/2',
      'a=fmtp:96',
      'a=control:trackID=3',
      'm=video 0 RTP/AVP 97',
      'a=rtpmap:97 H264/90000',
      `a=fmtp:97 sprop-parameter-sets=${SPS},${PPS};`,
      'a=control:trackID=1',
    ),
    video: { ...h264, payloadType: 97 },
    audio: ['MPEG4-GENERIC', 'OPUS'],
  },
  {
    name: 'VStarcam: trailing tab and blank on m=, broken sprop (retina#42)',
    sdp: lines(
      'v=0',
      'o=- 1 1 IN IP4 192.168.1.198',
      's=streamed by the RTSP server',
      'm=video 0 RTP/AVP 96 ',
      'a=rtpmap:96 H264/90000',
      'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAKeKQFoB4iw==,*not base64*',
      'a=control:track0',
      'm=audio 0 RTP/AVP 8\t ',
      'a=control:track1',
    ),
    video: { codec: 'h264', payloadType: 96, control: 'track0', parameterSets: 1 },
    audio: ['PCMA'],
  },
  {
    name: 'OMNY and libavformat: plain, without control',
    sdp: lines('v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=No Name', 't=0 0', ...VIDEO.slice(0, 3)),
    video: { ...h264, control: undefined },
  },
  {
    name: 'Tenda CP3PRO: H.265 with an unusable fmtp',
    sdp: lines(
      'v=0',
      'm=video 0 RTP/AVP 96',
      'a=rtpmap:96 H265/90000',
      'a=fmtp:96 profile-id=1;sprop-vps=;sprop-sps=?;sprop-pps',
      'a=control:track1',
    ),
    video: { codec: 'h265', payloadType: 96, control: 'track1', parameterSets: 0 },
  },
];

/** Rows of rtsp-interop §2.2. */
export const MALFORMED_DESCRIPTIONS: readonly DeviceDescription[] = [
  { name: 'LF line ends', sdp: withHead('s=x').replaceAll('\r\n', '\n'), video: h264 },
  { name: 'CR line ends', sdp: withHead('s=x').replaceAll('\r\n', '\r'), video: h264 },
  { name: 'empty lines', sdp: withHead('', 's=x', '', ''), video: h264 },
  { name: 'attributes before s=', sdp: withHead('a=control:*', 's=x'), video: h264 },
  { name: 'no v=, o=, s=, t= (gortsplib#448)', sdp: lines(...VIDEO), video: h264 },
  { name: 'decimals in the origin', sdp: withHead('o=- 1.5 2.5 IN IP4 127.0.0.1'), video: h264 },
  { name: 'hexadecimal session id', sdp: withHead('o=- 0x1A 0XFF IN IP4 127.0.0.1'), video: h264 },
  { name: 'negative session id (Y-CAM)', sdp: withHead('o=- -1 -2 IN IP4 127.0.0.1'), video: h264 },
  { name: 'o= with a missing field (mediamtx#231)', sdp: withHead('o=- 1 IN IP4'), video: h264 },
  { name: 'o=-0 0 (LiveReporter)', sdp: withHead('o=-0 0 IN IP4 127.0.0.1'), video: h264 },
  {
    name: 'c= after t=, a very long PPS (Sony SNC-WR630)',
    sdp: lines(
      'v=0',
      't=0 0',
      'c=IN IP4 0.0.0.0',
      ...VIDEO.slice(0, 2),
      `a=fmtp:96 sprop-parameter-sets=${SPS},${Buffer.concat([Buffer.from('68', 'hex'), Buffer.alloc(900, 0x5a)]).toString('base64')}`,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  { name: 'blanks in the user name (Amcrest)', sdp: withHead('o=RTSP Session 1 2 IN IP4 0.0.0.0'), video: h264 },
  { name: 'c=IN c=IN IP4 (Hik Media Server)', sdp: withHead('c=IN c=IN IP4 10.0.0.5'), video: h264 },
  {
    name: 't=now- and several formats (FLIR)',
    sdp: lines(
      'v=0',
      't=now-',
      'm=video 0 RTP/AVP 96 35 36',
      'a=rtpmap:35 X-A/90000',
      'a=rtpmap:96 H264/90000',
      FMTP,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  {
    name: 'metadata of clock 1000 (IOI trk-101)',
    sdp: lines(
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1 ',
      ...VIDEO,
      'm=application 0 RTP/AVP 107',
      'a=rtpmap:107 vnd.onvif.metadata/1000',
    ),
    video: h264,
  },
  {
    name: 'm=application/MERCURY (gortsplib#509)',
    sdp: lines('v=0', 'm=application/MERCURY 0 RTP/AVP smart/1/90000', ...VIDEO),
    video: h264,
  },
  { name: 'c=In IP4 (Fritzbox)', sdp: withHead('c=In IP4 10.0.0.5'), video: h264 },
  { name: 'IPV4 for IP4 (Vurix)', sdp: withHead('c=IN IPV4 10.0.0.5'), video: h264 },
  { name: 'c= without address (Altasec)', sdp: withHead('c=IN IP4', 'c=IN'), video: h264 },
  { name: 'truncated o= and c= (Uniview, go2rtc#1426)', sdp: withHead('o=- 1 1 IN ', 'c=IN '), video: h264 },
  { name: 'IP IP4 (Verint)', sdp: withHead('c=IP IP4 10.0.0.5'), video: h264 },
  { name: 'c=SM (Avigilon, gortsplib#501)', sdp: withHead('c=SM IP4 10.0.0.5'), video: h264 },
  {
    name: 'm=metadata (UDP Technology, gortsplib#474)',
    sdp: lines('v=0', 'm=metadata 0 RTP/AVP 107', ...VIDEO),
    video: h264,
  },
  { name: 'm=text (Wisenet)', sdp: lines('v=0', 'm=text 0 RTP/AVP 98', ...VIDEO), video: h264 },
  {
    name: 'm=meta with rtpmap META /0 (BZBGEAR, gortsplib#1068)',
    sdp: lines('v=0', 'm=meta 0 RTP/AVP 98', 'a=rtpmap:98 META /0', ...VIDEO),
    video: h264,
  },
  {
    name: 'm=vana (Vicon, go2rtc#1278)',
    sdp: lines('v=0', 'm=vana 0 RTP/AVP 98', 'a=rtpmap:98 VANA/90000', ...VIDEO),
    video: h264,
  },
  { name: 'r=0 0 (AJA)', sdp: withHead('t=0 0', 'r=0 0'), video: h264 },
  {
    name: 'all medias sendonly (IDS uEye, mediamtx#5074)',
    sdp: lines('v=0', ...VIDEO, 'a=sendonly', 'm=audio 0 RTP/AVP 0', 'a=sendonly'),
    video: h264,
    audio: ['PCMU'],
  },
  {
    name: 'only the video sendonly (CV-RTSPHandler, go2rtc#771)',
    sdp: lines('v=0', ...VIDEO, 'a=sendonly', 'm=audio 0 RTP/AVP 0', 'a=recvonly'),
    video: h264,
    audio: ['PCMU'],
  },
  { name: 'bandwidth of every kind', sdp: withHead('b=RR:0', 'b=RS:1', 'b=TIAS:x', 'b=X-YZ:128'), video: h264 },
  {
    name: 'H.264 on PT 35 (Bosch, gortsplib#632)',
    sdp: lines('v=0', 'm=video 0 RTP/AVP 35', 'a=rtpmap:35 H264/90000', 'a=control:trackID=1'),
    video: { codec: 'h264', payloadType: 35, control: 'trackID=1', parameterSets: 0 },
  },
  {
    name: 'H.265 sets under H.264 (mediamtx#2348)',
    sdp: lines(
      'v=0',
      ...VIDEO.slice(0, 2),
      'a=fmtp:96 sprop-parameter-sets=QgEBAWAAAAMAsAAAAwAAAwBaoAWCAJBY2uSTL5A=,RAHA8vA8kA==',
      'a=control:trackID=1',
    ),
    video: { ...h264, parameterSets: 0 },
  },
  {
    name: 'sprop with a start code in front',
    sdp: lines(
      'v=0',
      ...VIDEO.slice(0, 2),
      `a=fmtp:96 sprop-parameter-sets=${Buffer.from('000000016764001eacd940a02ff970', 'hex').toString('base64')},${PPS}`,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  {
    name: 'sprop empty',
    sdp: lines('v=0', ...VIDEO.slice(0, 2), 'a=fmtp:96 sprop-parameter-sets=', 'a=control:trackID=1'),
    video: { ...h264, parameterSets: 0 },
  },
  {
    name: 'sprop with more than two sets',
    sdp: lines(
      'v=0',
      ...VIDEO.slice(0, 2),
      `a=fmtp:96 sprop-parameter-sets=${SPS},${PPS},${PPS},AAAA`,
      'a=control:trackID=1',
    ),
    video: { ...h264, parameterSets: 3 },
  },
  {
    name: 'sprop URL-safe and without padding',
    sdp: lines(
      'v=0',
      ...VIDEO.slice(0, 2),
      `a=fmtp:96 sprop-parameter-sets=${SPS.replaceAll('+', '-').replaceAll('=', '')},${PPS}`,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  {
    name: 'AAC_hbr (AVOIP encoder, mediamtx#4183)',
    sdp: lines('v=0', ...VIDEO, 'm=audio 0 RTP/AVP 97', 'a=rtpmap:97 mpeg4-generic/48000/2', 'a=fmtp:97 mode=AAC_hbr'),
    video: h264,
    audio: ['MPEG4-GENERIC'],
  },
  {
    name: 's= and i= inside a media (WebRTC#417)',
    sdp: lines('v=0', VIDEO[0] ?? '', 's=again', 'i=x', ...VIDEO.slice(1)),
    video: h264,
  },
  {
    name: 'fmtp under another media (WebRTC#419)',
    sdp: lines('v=0', ...VIDEO.slice(0, 2), 'a=control:trackID=1', 'm=audio 0 RTP/AVP 8', FMTP),
    video: h264,
    audio: ['PCMA'],
  },
  {
    name: 'cut in the last line (thingino-firmware#1621)',
    sdp: lines('v=0', ...VIDEO).slice(0, -4),
    video: { ...h264, control: 'trackID' },
  },
  {
    name: 'a=rtpmap:0 under PT 8',
    sdp: lines('v=0', ...VIDEO, 'm=audio 0 RTP/AVP 8', 'a=rtpmap:0 PCMU/8000'),
    video: h264,
    audio: ['PCMA'],
  },
  {
    name: 'a dynamic payload type without rtpmap (Samsung, mediamtx#832)',
    sdp: lines('v=0', 'm=audio 0 RTP/AVP 107', ...VIDEO),
    video: h264,
    audio: [],
  },
  {
    name: 'duplicate mid, a group that names none',
    sdp: lines('v=0', 'a=group:BUNDLE x y', ...VIDEO, 'a=mid:x', 'm=audio 0 RTP/AVP 0', 'a=mid:x'),
    video: h264,
    audio: ['PCMU'],
  },
  { name: 'v=1, unknown keys, lines without =', sdp: lines('v=1', 'j=?', 'nonsense', '=', ...VIDEO), video: h264 },
  { name: 'a byte order mark', sdp: `\ufeff${withHead('s=x')}`, video: h264 },
  { name: 'NULs at the end', sdp: `${withHead('s=x')}\0\0\0`, video: h264 },
  { name: 'leading blank lines', sdp: `\r\n\r\n${withHead('s=x')}`, video: h264 },
  { name: 'no final line end', sdp: withHead('s=x').trimEnd(), video: h264 },
  {
    name: 'H.264 with clock 8000',
    sdp: lines('v=0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/8000', FMTP, 'a=control:trackID=1'),
    video: h264,
  },
  {
    name: 'rtpmap without clock, in lower case',
    sdp: lines('v=0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 h264', FMTP, 'a=control:trackID=1'),
    video: h264,
  },
  {
    name: 'fmtp in mixed case with blanks and keys without value',
    sdp: lines(
      'v=0',
      ...VIDEO.slice(0, 2),
      `a=fmtp:96  Packetization-Mode = 1 ; ; flag ; Sprop-Parameter-Sets = ${SPS},${PPS} ;`,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  {
    name: 'packetization-mode not a number',
    sdp: lines(
      'v=0',
      ...VIDEO.slice(0, 2),
      `a=fmtp:96 packetization-mode=one;sprop-parameter-sets=${SPS},${PPS}`,
      'a=control:trackID=1',
    ),
    video: h264,
  },
  {
    name: 'm= with tabs and a port range',
    sdp: lines('v=0', 'm=video\t 0/2 \tRTP/AVP\t96', ...VIDEO.slice(1)),
    video: h264,
  },
  {
    name: 'a video in a codec of no use first, then H.264',
    sdp: lines('v=0', 'm=video 0 RTP/AVP 26', 'a=control:jpeg', ...VIDEO),
    video: h264,
  },
  {
    name: 'upper-case attributes',
    sdp: lines('v=0', 'm=video 0 RTP/AVP 96', 'A=RTPMAP:96 H264/90000', 'a=Control:trackID=1', FMTP).replace(
      'A=RTPMAP',
      'a=RTPMAP',
    ),
    video: h264,
  },
];
