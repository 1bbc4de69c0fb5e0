export type { AacFraming } from './depacketize/aac-depacketizer.ts';
export { type G711Law, g711LawOf } from './depacketize/g711-depacketizer.ts';
export { buildRtpPacket, RTP_HEADER_BYTES, type RtpPacketFields } from './packet/build-rtp-packet.ts';
export { sequenceDistance, timestampDistance } from './packet/distance.ts';
export { parseRtpPacket, type RtpPacket } from './packet/rtp-packet.ts';
export { type PacketizerOptions, packetizeH264 } from './packetize/h264-packetizer.ts';
export { packetizeH265 } from './packetize/h265-packetizer.ts';
export type { AudioAccessUnit } from './receiver/audio-access-unit.ts';
export { AudioReceiver, type AudioReceiverOptions } from './receiver/audio-receiver.ts';
export type { ReceiverEvent } from './receiver/receiver-event.ts';
export { RECEIVER_LIMITS, type ReceiverLimits } from './receiver/receiver-limits.ts';
export type { ReceiverStats } from './receiver/receiver-stats.ts';
export type { VideoAccessUnit } from './receiver/video-access-unit.ts';
export { VideoReceiver, type VideoReceiverOptions } from './receiver/video-receiver.ts';
export type { SourceHint } from './reception/source-hint.ts';
export {
  buildBye,
  buildReceiverReport,
  buildSenderReport,
  buildSourceDescription,
  joinRtcp,
  type RtcpIdentity,
  type SenderReportFields,
} from './rtcp/build-rtcp.ts';
export type { NtpTimestamp } from './rtcp/ntp-time.ts';
export type { ReportBlock } from './rtcp/report-block.ts';
export { parseRtcp, type RtcpCompound, type RtcpPacket } from './rtcp/rtcp-packet.ts';
export { type ReportedInstant, SenderReports } from './rtcp/sender-reports.ts';
