/** Tolerated violations of the standards: a stable reason, and a sentence for the camera's owner. */
export const DEVIATIONS = {
  'fragment-start-and-end': 'The camera sends whole NAL units as a single fragment (seen with OpenIPC, CostarHD).',
  'fragment-type-changed':
    'The camera changes the NAL unit type between fragments (seen with Tiandy); the first counts.',
  'fragment-end-missing': 'The camera does not mark the last fragment of a NAL unit; the marker bit is used instead.',
  'start-code-in-payload':
    'The camera sends start codes inside RTP payloads (seen with V380, Amatek); the NAL units are taken apart.',
  'marker-on-parameter-sets':
    'The camera marks parameter sets as if they were pictures (seen with Reolink, Tapo); they are joined to the picture.',
  'marker-missing':
    'The camera does not mark the end of pictures (seen with FLIR), so each is known to be whole only when the next one starts.',
  'payload-type-mismatch': 'The camera sends another RTP payload type than its SDP says; it is taken as the same.',
  'ssrc-changed': 'The camera changed its RTP source identifier (seen with Uniview); the picture continues.',
  'ssrc-interleaved': 'Packets of a second RTP source arrive on the same channel; they are dropped.',
  'sequence-restarted': 'The RTP sequence numbers of the camera jumped back; counting restarts.',
  'timestamp-jump': 'The RTP timestamps of the camera jumped; time goes on by arrival.',
  'sender-report-foreign-ssrc':
    'Sender reports carry another source identifier than the video (seen with Tapo); they are used.',
  'camera-clock-step': 'The clock of the camera was set to another time.',
  'rtp-info-wrong': 'The camera announces another start time than its first packet has; the packet counts.',
  'no-parameter-sets':
    'The camera has sent neither SPS nor PPS, in SDP or in the stream, so no picture can be decoded.',
  'donl-unsupported':
    'The camera sends H.265 with decoding order numbers (sprop-max-don-diff), which is not supported.',
} as const;

export type DeviationReason = keyof typeof DEVIATIONS;

/** Prefix of the reason when it is about the sound. */
export const AUDIO_DEVIATION_PREFIX = 'audio-';
