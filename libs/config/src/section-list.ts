/** All sections by the name they have in the file, in the order of the documentation; '' is what stands above all tables. */
import {
  HealthSection,
  IngestSection,
  RedisSection,
  RootSection,
  RtspSection,
  ServerSection,
  TranscoderSection,
  TranscodingSection,
} from './sections.ts';

export const SECTIONS = {
  '': new RootSection(),
  server: new ServerSection(),
  rtsp: new RtspSection(),
  transcoding: new TranscodingSection(),
  redis: new RedisSection(),
  transcoder: new TranscoderSection(),
  ingest: new IngestSection(),
  health: new HealthSection(),
} as const;
