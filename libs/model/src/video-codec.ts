export type VideoCodec = 'h264' | 'h265';
