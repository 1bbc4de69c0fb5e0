/** Parts that camera descriptions share: the type of a row, and an ordinary H.264 video. */
/** `video` is what a player must find: control, payload type and codec. `audio` lists the encodings of the audio media. */
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

export const SPS = 'Z2QAHqzZQKAv+XARAAADAAEAAAMAMg8WLZY=';
export const PPS = 'aOvjyyLA';
export const FMTP = `a=fmtp:96 packetization-mode=1;profile-level-id=64001E;sprop-parameter-sets=${SPS},${PPS}`;
export const h264 = { codec: 'h264', payloadType: 96, control: 'trackID=1', parameterSets: 2 } as const;
export const VIDEO = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', FMTP, 'a=control:trackID=1'];
export const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n`;
export const withHead = (...head: readonly string[]): string => lines('v=0', ...head, ...VIDEO);
