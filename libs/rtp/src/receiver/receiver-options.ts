/** What a receiver is told, and what it tells of itself. */
import type { ReceiverEvent } from './receiver-event.ts';
import type { VideoAccessUnit } from './video-access-unit.ts';

export interface VideoReceiverOptions {
  readonly codec: 'h264' | 'h265';
  /** From `a=rtpmap`; 90 000 for every video payload format. */
  readonly clockRateHz: number;
  /** The payload types of the `m=` line; packets with others are dropped, unless the camera uses one wrong type throughout. */
  readonly payloadTypes: readonly number[];
  /** Parameter set NAL units of the SDP (sprop-parameter-sets; sprop-vps, -sps, -pps), without start codes. May be empty, wrong or outdated. */
  readonly parameterSets: readonly Uint8Array[];
  /** Over TCP packets come in order, so nothing waits; over UDP they pass through a short reorder window. */
  readonly transport: 'tcp' | 'udp';
  /** Microseconds since the Unix epoch. */
  readonly clock: { nowUs(): number };
  /**
   * Called within `pushRtp` for the last packet of an access unit (or `tick`, `flush`), in decoding order.
   * An exception from it passes out of the method that was called: it is the consumer's own.
   */
  readonly onAccessUnit: (accessUnit: VideoAccessUnit) => void;
  /** `parameters-changed` comes before the access unit that uses them; each `deviation` reason comes once. */
  readonly onEvent: (event: ReceiverEvent) => void;
  /** RTCP BYE for this stream: the session ends the stream when no packet follows within some seconds (RFC 3550 §6.6). */
  readonly onBye?: () => void;
  /** H.265: `sprop-max-don-diff` of the SDP. Above 0 the packets carry decoding order numbers, which is told and not supported. @defaultValue 0 */
  readonly maxDonDiff?: number;
  /** @defaultValue 'flag' */
  readonly onLoss?: LossPolicyName;
  /** In-band and SDP parameter sets in the output. @defaultValue 'each-keyframe' */
  readonly parameterSetPolicy?: ParameterSetPolicy;
  /** Take access units of I slices only as keyframes, for cameras that never send IDR or recovery points. @defaultValue false */
  readonly intraIsKeyframe?: boolean;
  /** Keep filler data NAL units in the output. @defaultValue false */
  readonly keepFillerData?: boolean;
  /**
   * Bytes that the consumer has taken and not yet passed on. Over `limits.backlogBytes` access units are dropped up to a
   * keyframe, which then has `discontinuity` set.
   */
  readonly consumerBacklogBytes?: () => number;
  readonly limits?: Partial<ReceiverLimits>;
  /** Our own SSRC and CNAME in RTCP; random when absent. */
  readonly rtcpIdentity?: { readonly ssrc: number; readonly cname: string };
}

/**
 * What happens to access units after packet loss:
 * - `flag`: incomplete ones are dropped, complete ones carry `lostPacketsBefore`;
 * - `drop-until-keyframe`: nothing until the next keyframe, but no longer than `dropUntilKeyframeMs`, then as `flag`;
 * - `deliver-damaged`: incomplete ones too, with `isDamaged`.
 */
export type LossPolicyName = 'flag' | 'drop-until-keyframe' | 'deliver-damaged';

/** `each-keyframe`: in front of every keyframe and on change; `on-change`: first and on change; `never`: taken out (the SDP has them). */
export type ParameterSetPolicy = 'each-keyframe' | 'on-change' | 'never';

/** Everything a peer could let grow. Defaults in brackets. */
export interface ReceiverLimits {
  /** One access unit [8 MiB]. */
  readonly accessUnitBytes: number;
  /** NAL units in one access unit [4096]. */
  readonly nalUnitsPerAccessUnit: number;
  /** UDP: packets held while an earlier one is missing [128]. */
  readonly reorderPackets: number;
  /** UDP: longest wait for a missing packet [100]. */
  readonly reorderMs: number;
  /** `drop-until-keyframe` gives up after this long, or streams with intra refresh would stay black [10000]. */
  readonly dropUntilKeyframeMs: number;
  /** `no-parameter-sets` is told after this long without any [10000]. */
  readonly parameterSetsMs: number;
  /** What a consumer may fall behind [16 MiB]. */
  readonly backlogBytes: number;
}

export interface ReceiverStats {
  /** RTP packets accepted. */
  readonly packets: number;
  /** Bytes of those, headers included. */
  readonly bytes: number;
  readonly lostPackets: number;
  /** Repeated or too late. */
  readonly duplicatePackets: number;
  /** Delivered. */
  readonly accessUnits: number;
  /** Incomplete, held back by the loss policy, or too much for a slow consumer. */
  readonly droppedAccessUnits: number;
  /** Timestamp jumps and SSRC changes. */
  readonly discontinuities: number;
  /** Memory that the stream holds now: the access unit in the making, packets behind a gap, parameter sets. */
  readonly heldBytes: number;
  /** RFC 3550 A.8, microseconds. */
  readonly jitterUs: number;
  /** Peer bytes refused, by reason. */
  readonly faults: Readonly<Record<string, number>>;
}

export const DEFAULT_LIMITS: ReceiverLimits = {
  accessUnitBytes: 8 * 1024 * 1024,
  nalUnitsPerAccessUnit: 4096,
  reorderPackets: 128,
  reorderMs: 100,
  dropUntilKeyframeMs: 10_000,
  parameterSetsMs: 10_000,
  backlogBytes: 16 * 1024 * 1024,
};
