import { describeEngine } from '../../../../test/engine-conformance.ts';
import { FfmpegEngine } from './ffmpeg-engine.ts';

describeEngine('ffmpeg', () => new FfmpegEngine());
