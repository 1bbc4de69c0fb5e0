/** All sections by their name in the file, in the order of the documentation. '' holds the keys above all tables. */
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
