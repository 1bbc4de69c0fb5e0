/**
 * What is fuzzed. A target gets the chance of one case; it throws when an invariant is broken, and nothing under test may throw.
 * The first six are those of the reference client; it has none for sound, we have none for JPEG.
 */
import { description, h264ParameterSets, h265NalUnits } from './description-targets.mjs';
import { depacketizeAudio, depacketizeVideo, packets, roundTripH264 } from './media-targets.mjs';
import { addresses, headers, hostileMessages, httpReplies, roundTripMessages } from './message-targets.mjs';

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
