/** What every engine must do. Each engine's int-spec runs it. */
import { joinAnnexB, nalUnitsOfAnnexB } from '@oriel/codecs';
import type { AccessUnit } from '@oriel/media-bus';
import sharp from 'sharp';
import type { CameraDecoder, DecodedPicture, DecodeResult, EncodedJpeg, Engine } from '../src/core/engine/engine.ts';
import { fieldPictures } from './field-pictures.ts';
import { CHROMINANCE, ijgTable, LUMINANCE } from './ijg-tables.ts';
import { readJpegTables } from './jpeg-tables.ts';
import { accessUnit, makeVideo, pseudoRandomBytes } from './test-video.ts';

export function describeEngine(name: string, makeEngine: () => Engine): void {
  describe(`${name} engine`, () => {
    let decoder: CameraDecoder;
    beforeEach(() => {
      decoder = makeEngine().openCamera();
    });
    afterEach(() => decoder.close());

    it('works on this host', () => makeEngine().check());

    it('has each picture out as soon as its access unit is in', async () => {
      const video = await makeVideo({ source: 'testsrc2=size=640x360:rate=30', frames: 20, gop: 10 });
      for (const unit of video) {
        const picture = pictureOf(await decoder.decode(unit));
        expect([picture.accessUnit.sequence, picture.width, picture.height]).toEqual([unit.sequence, 640, 360]);
        expect(picture.concealed).toBe(false);
        picture.release();
      }
    });

    it.each([
      // Levels in the camera's YUV, what the camera says of them, what must be seen.
      { name: 'black, limited range', yuv: [16, 128, 128], args: ['-color_range', 'tv'], rgb: [0, 0, 0] },
      { name: 'white, limited range', yuv: [235, 128, 128], args: ['-color_range', 'tv'], rgb: [255, 255, 255] },
      { name: 'grey, limited range', yuv: [126, 128, 128], args: ['-color_range', 'tv'], rgb: [128, 128, 128] },
      { name: 'black, range not said', yuv: [16, 128, 128], args: [], rgb: [0, 0, 0] },
      { name: 'black, full range', yuv: [0, 128, 128], args: ['-color_range', 'pc'], rgb: [0, 0, 0] },
      { name: 'white, full range', yuv: [255, 128, 128], args: ['-color_range', 'pc'], rgb: [255, 255, 255] },
      { name: 'dark grey, full range', yuv: [16, 128, 128], args: ['-color_range', 'pc'], rgb: [16, 16, 16] },
      { name: 'red, BT.709', yuv: [63, 102, 240], args: ['-colorspace', 'bt709'], rgb: [255, 0, 0] },
      { name: 'red, BT.601', yuv: [81, 90, 240], args: ['-colorspace', 'smpte170m'], rgb: [255, 0, 0] },
      { name: 'green, BT.709', yuv: [173, 42, 26], args: ['-colorspace', 'bt709'], rgb: [0, 255, 0] },
      { name: 'green, BT.601', yuv: [145, 54, 34], args: ['-colorspace', 'smpte170m'], rgb: [0, 255, 0] },
      { name: 'green, matrix not said, 640x360: BT.601', yuv: [145, 54, 34], args: [], rgb: [0, 255, 0] },
      {
        name: 'green, matrix not said, 1280x720: BT.709',
        yuv: [173, 42, 26],
        size: '1280x720',
        args: [],
        rgb: [0, 255, 0],
      },
    ])('shows $name as it is', async ({ yuv: [y, u, v], size = '640x360', args, rgb }) => {
      // geq writes the levels straight into the planes, so that no conversion of ffmpeg's comes between.
      const source = `color=size=${size}:rate=30,format=yuv420p,geq=lum=${y}:cb=${u}:cr=${v}`;
      const [unit] = await makeVideo({ source, frames: 1, args: ['-qp', '1', ...args] });
      const jpeg = await encodeOnce(decoder, unit, { width: 0, quality: 95 });
      const seen = await meanRgb(jpeg);
      for (const [channel, level] of rgb.entries())
        expect(Math.abs((seen[channel] ?? -1) - level)).toBeLessThanOrEqual(3);
    });

    it.each([10, 50, 75, 85, 95])("encodes quality %i with the IJG's quantiser tables", async (quality) => {
      const [unit] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 1 });
      const { quantisers, sampling } = readJpegTables((await encodeOnce(decoder, unit, { width: 0, quality })).data);
      expect(quantisers).toEqual([ijgTable(LUMINANCE, quality), ijgTable(CHROMINANCE, quality)]);
      expect(sampling).toEqual(['2x2', '1x1', '1x1']);
    });

    it.each([
      { source: '640x360', wanted: 0, width: 640, height: 360 },
      { source: '640x360', wanted: 320, width: 320, height: 180 },
      { source: '640x360', wanted: 1280, width: 640, height: 360 },
      { source: '642x362', wanted: 321, width: 322, height: 182 },
      { source: '360x640', wanted: 100, width: 100, height: 178 },
    ])('scales $source for the wanted width $wanted to $width x $height', async ({ source, wanted, width, height }) => {
      const [unit] = await makeVideo({ source: `testsrc2=size=${source}:rate=30`, frames: 1 });
      const jpeg = await encodeOnce(decoder, unit, { width: wanted, quality: 85 });
      expect([jpeg.width, jpeg.height]).toEqual([width, height]);
      expect(readJpegTables(jpeg.data)).toMatchObject({ width, height });
      expect(Buffer.from(jpeg.data.subarray(-2)).toString('hex')).toBe('ffd9');
    });

    it('encodes several renditions of one picture side by side', async () => {
      const [unit] = await makeVideo({ source: 'testsrc2=size=640x360:rate=30', frames: 1 });
      const picture = pictureOf(await decoder.decode(required(unit)));
      const renditions = [0, 320, 320, 160].map((width) => ({ width, quality: 50 + width / 10, framerate: 30 }));
      const jpegs = await Promise.all(renditions.map((rendition) => picture.encode(rendition)));
      expect(jpegs.map((jpeg) => jpeg.width)).toEqual([640, 320, 320, 160]);
      expect(Buffer.compare(jpegs[1]?.data ?? Buffer.of(), jpegs[2]?.data ?? Buffer.of(1))).toBe(0);
      picture.release();
    });

    it.each([
      { name: 'H.264 High 4:2:2', codec: 'h264', format: 'yuv422p' },
      { name: 'H.264 High 10', codec: 'h264', format: 'yuv420p10le' },
      { name: 'H.265 Main 10', codec: 'h265', format: 'yuv420p10le' },
    ] as const)('reads $name', async ({ codec, format }) => {
      const source = 'color=size=320x180:rate=30,format=yuv444p,geq=lum=126:cb=128:cr=128';
      const [unit] = await makeVideo({ source, frames: 1, codec, args: ['-pix_fmt', format, '-color_range', 'tv'] });
      const [red = 0] = await meanRgb(await encodeOnce(decoder, unit, { width: 0, quality: 90 }));
      expect(Math.abs(red - 128)).toBeLessThanOrEqual(3);
    });

    it('reads H.265, and changes codec and size at a keyframe', async () => {
      const parts = [
        await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 4, codec: 'h265' }),
        await makeVideo({ source: 'testsrc2=size=640x360:rate=30', frames: 4 }),
        await makeVideo({ source: 'testsrc2=size=320x240:rate=30', frames: 4 }),
      ];
      const sizes: string[] = [];
      for (const unit of parts.flat()) {
        const picture = pictureOf(await decoder.decode(unit));
        const jpeg = await picture.encode({ width: 0, quality: 85, framerate: 30 });
        const small = await picture.encode({ width: 160, quality: 85, framerate: 30 });
        sizes.push(`${jpeg.width}x${jpeg.height} ${small.width}x${small.height}`);
        picture.release();
      }
      expect(sizes).toEqual([
        ...times(4, '320x180 160x90'),
        ...times(4, '640x360 160x90'),
        ...times(4, '320x240 160x120'),
      ]);
    });

    it('shows of each access unit its own picture', async () => {
      const video = await makeVideo({ source: countingGreys, frames: 20, args: ['-qp', '4'] });
      for (const unit of video) {
        const jpeg = await encodeOnce(decoder, unit, { width: 0, quality: 95 });
        expect(Math.round(await greyLevel(jpeg))).toBe(unit.sequence);
      }
    });

    it.each([
      { name: 'two B-frames', codec: 'h264', bFrames: 2, params: 'b-pyramid=none', heldBack: 1 },
      {
        name: 'three B-frames, one of them a reference',
        codec: 'h264',
        bFrames: 3,
        params: 'b-pyramid=normal',
        heldBack: 2,
      },
      { name: 'open GOPs', codec: 'h264', bFrames: 2, params: 'b-pyramid=none:open-gop=1', heldBack: 1 },
      { name: 'H.265, three B-frames', codec: 'h265', bFrames: 3, params: 'b-pyramid=0', heldBack: 1 },
      { name: 'H.265, open GOPs, a pyramid', codec: 'h265', bFrames: 3, params: 'b-pyramid=1:open-gop=1', heldBack: 2 },
    ] as const)(
      'gives all pictures out in the order of presentation, none later than need be: $name',
      async ({ codec, bFrames, params, heldBack }) => {
        const args = ['-qp', '4', '-preset', 'veryfast'];
        const video = await makeVideo({
          source: countingGreys,
          frames: 20,
          gop: 10,
          codec,
          bFrames,
          args,
          params: `b-adapt=0:${params}`,
        });
        const places: number[] = [];
        const greys: number[] = [];
        for (const [index, unit] of video.entries()) {
          const result = await decoder.decode(unit);
          if (!result.ok) throw new Error(result.fault.message);
          for (const picture of result.pictures) {
            expect(picture.releasedBy.sequence).toBe(unit.sequence);
            places.push((picture.accessUnit.rtpTimeTicks * 30) / 90_000);
            greys.push(Math.round(await greyLevel(await picture.encode({ width: 0, quality: 95, framerate: 30 }))));
            picture.release();
          }
          expect(index + 1 - places.length).toBeLessThanOrEqual(heldBack);
        }
        const shown = Array.from({ length: 20 - heldBack }, (_, index) => index);
        expect(places.slice(0, shown.length)).toEqual(shown);
        expect(greys.slice(0, shown.length)).toEqual(shown);
        expect(places.length).toBeLessThanOrEqual(20);
      },
    );

    it.each([
      { name: 'top field first', mode: 'interleave_top', params: 'tff=1' },
      { name: 'bottom field first', mode: 'interleave_bottom', params: 'bff=1' },
      // What attack tools and cheap encoders send: the flag, and both fields of one moment.
      { name: 'fields of one moment', mode: undefined, params: 'tff=1' },
    ])(
      'shows interlaced H.264 at once, without a comb, every line of what is still: $name',
      async ({ mode, params }) => {
        const interlace = mode === undefined ? '' : `,tinterlace=${mode}`;
        const args = [...INTERLACED, '-qp', '4'];
        const video = await makeVideo({ source: `${movingStripes}${interlace}`, frames: 8, gop: 4, args, params });
        for (const unit of video) {
          const picture = pictureOf(await decoder.decode(unit));
          expect(picture.accessUnit.sequence).toBe(unit.sequence);
          const [own, half] = await Promise.all(
            [0, 160].map((width) => picture.encode({ width, quality: 95, framerate: 30 })),
          );
          picture.release();
          expect([own?.width, own?.height, half?.width, half?.height]).toEqual([320, 240, 160, 120]);
          if (unit.sequence === 0) continue;
          // Stripes that stand upright: each line is like the next. A comb would make it 25.
          expect(await lineDifference(required(own), { top: 0, height: 180 })).toBeLessThan(2);
          // Lines that lie, one white, one black, and do not move: one field alone would be all of one colour.
          expect(await lineDifference(required(own), { top: 192, height: 48 })).toBeGreaterThan(100);
        }
      },
    );

    it('shows grey as it is when it is interlaced', async () => {
      const source = 'color=size=320x240:rate=30,format=yuv420p,geq=lum=126:cb=128:cr=128';
      const args = [...INTERLACED, '-qp', '1', '-color_range', 'tv'];
      const [first, second] = await makeVideo({ source, frames: 2, args, params: 'tff=1' });
      for (const unit of [first, second]) {
        const levels = await meanRgb(await encodeOnce(decoder, unit, { width: 0, quality: 95 }));
        for (const level of levels) expect(Math.abs(level - 128)).toBeLessThanOrEqual(2);
      }
    });

    it('shows one picture of the two fields of a frame that are access units of their own', async () => {
      // Frame n is grey in its first field and a step brighter in its second.
      const units = fieldPictures({ widthMbs: 8, heightMbs: 8, frames: 4 });
      const shown: number[] = [];
      for (const unit of units) {
        const result = await decoder.decode(unit);
        if (!result.ok) throw new Error(result.fault.message);
        for (const picture of result.pictures) {
          expect([picture.width, picture.height]).toEqual([128, 128]);
          const jpeg = await picture.encode({ width: 0, quality: 95, framerate: 30 });
          // Between its first field and the second, 10 levels of 219 brighter.
          const firstField = ((40 + 10 * picture.accessUnit.sequence - 16) * 255) / 219;
          const [mean = 0] = await meanRgb(jpeg);
          expect(mean).toBeGreaterThanOrEqual(firstField - 2);
          expect(mean).toBeLessThanOrEqual(firstField + 14);
          shown.push(picture.accessUnit.sequence);
          picture.release();
        }
      }
      expect(shown).toEqual([0, 2, 4, 6]);
    });

    it('shows H.265 whose pictures are fields', async () => {
      const source = 'testsrc2=size=320x240:rate=50,tinterlace=interleave_top';
      const video = await makeVideo({ source, frames: 6, codec: 'h265', params: 'interlace=tff' });
      const widths: number[] = [];
      for (const unit of video) {
        const result = await decoder.decode(unit);
        if (!result.ok) throw new Error(result.fault.message);
        for (const picture of result.pictures) {
          widths.push((await picture.encode({ width: 0, quality: 85, framerate: 30 })).width);
          picture.release();
        }
      }
      expect(widths.length).toBeGreaterThanOrEqual(3);
      expect(new Set(widths)).toEqual(new Set([320]));
    });

    it('refuses access units before the first keyframe', async () => {
      const [, second] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 2 });
      expect(await decoder.decode(required(second))).toMatchObject({ ok: false, fault: { reason: 'no-keyframe' } });
    });

    it('refuses a picture of 16384x16384 in plain words, whether the access unit or only the stream says so', async () => {
      const [unit] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 1 });
      const keyframe = required(unit);
      expect(await decoder.decode({ ...keyframe, width: 16_384, height: 16_384 })).toMatchObject({
        ok: false,
        fault: { reason: 'too-large', message: expect.stringContaining('16384x16384') },
      });
      const disguised = await decoder.decode({ ...keyframe, data: withSizeOf16384(keyframe.data) });
      expect(disguised.ok ? disguised.pictures : []).toEqual([]);
      decoder.reset();
      expect(process.memoryUsage().rss).toBeLessThan(1_000_000_000);
      expect(pictureOf(await decoder.decode(keyframe))).toMatchObject({ width: 320, height: 180 });
    });

    it.each([
      { name: 'nothing', damage: () => Buffer.alloc(0) },
      { name: 'random bytes', damage: () => pseudoRandomBytes(7, 5_000) },
      {
        name: 'a slice NAL unit of random bytes',
        damage: () => Buffer.concat([START_OF_SLICE, pseudoRandomBytes(3, 900)]),
      },
      { name: 'half of itself', damage: (data: Uint8Array) => data.subarray(0, data.length >> 1) },
      { name: 'its first ten bytes', damage: (data: Uint8Array) => data.subarray(0, 10) },
    ])('goes on at the next keyframe when an access unit becomes $name', async ({ damage }) => {
      const video = await makeVideo({ source: 'testsrc2=size=640x360:rate=30', frames: 12, gop: 6 });
      for (const unit of video) {
        const isBad = unit.sequence === 3;
        const result = await decoder.decode(isBad ? { ...unit, data: damage(unit.data) } : unit);
        if (unit.sequence < 3 || unit.sequence >= 6) expect(pictureOf(result).accessUnit.sequence).toBe(unit.sequence);
        releaseAll(result);
      }
    });

    it('survives damaged keyframes, a lost keyframe and a reset', async () => {
      const video = await makeVideo({ source: 'testsrc2=size=640x360:rate=30', frames: 15, gop: 5 });
      const [first] = video;
      for (let seed = 1; seed <= 15; seed++) {
        const data = Buffer.from(required(first).data);
        pseudoRandomBytes(seed, 8).forEach((byte, index) => {
          data[(byte * 131 + index * 977 + seed * 37) % data.length] = byte;
        });
        const result = await decoder.decode({ ...required(first), data });
        releaseAll(result);
      }
      decoder.reset();
      expect(await decoder.decode(required(video[6]))).toMatchObject({ ok: false, fault: { reason: 'no-keyframe' } });
      expect(pictureOf(await decoder.decode(required(video[10]))).accessUnit.sequence).toBe(10);
    });

    it('is closed in the middle of its work, twice, and opened anew, without a complaint', async () => {
      const [unit] = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 1 });
      for (let round = 0; round < 5; round++) {
        const other = makeEngine().openCamera();
        const result = other.decode(accessUnit({ ...required(unit) }));
        await Promise.all([other.close(), other.close(), result.then(releaseAll)]);
      }
    });
  });
}

export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('expected a value');
  return value;
}

export function pictureOf(result: DecodeResult): DecodedPicture {
  if (!result.ok) throw new Error(`${result.fault.reason}: ${result.fault.message}`);
  expect(result.pictures).toHaveLength(1);
  return required(result.pictures[0]);
}

export function releaseAll(result: DecodeResult): void {
  if (result.ok) for (const picture of result.pictures) picture.release();
}

async function encodeOnce(
  decoder: CameraDecoder,
  unit: AccessUnit | undefined,
  rendition: { width: number; quality: number },
): Promise<EncodedJpeg> {
  const picture = pictureOf(await decoder.decode(required(unit)));
  const jpeg = await picture.encode({ framerate: 30, ...rendition });
  picture.release();
  return jpeg;
}

async function meanRgb({ data }: EncodedJpeg): Promise<number[]> {
  const { channels } = await sharp(data).stats();
  return channels.map((channel) => channel.mean);
}

/** Frame n is a grey of n steps of 10 above black. */
const countingGreys = "color=size=128x128:rate=30,format=yuv420p,geq=lum='16+10*N':cb=128:cr=128";

const INTERLACED = ['-flags', '+ildct+ilme'];

/** Upright stripes that move by 16 pixels a picture, above lines that lie still, one white, one black. */
const movingStripes =
  "color=size=320x240:rate=50,format=yuv420p,geq=lum='if(lt(Y,184),if(lt(mod(X+16*N,160),80),235,16),if(mod(Y,2),235,16))':cb=128:cr=128";

/** Mean difference of a line to the next one, in levels of grey. */
async function lineDifference({ data, width }: EncodedJpeg, part: { top: number; height: number }): Promise<number> {
  const grey = await sharp(data)
    .extract({ left: 0, width, ...part })
    .greyscale()
    .raw()
    .toBuffer();
  let sum = 0;
  for (let at = 0; at + width < grey.length; at++) sum += Math.abs((grey[at] ?? 0) - (grey[at + width] ?? 0));
  return sum / (grey.length - width);
}

async function greyLevel(jpeg: EncodedJpeg): Promise<number> {
  const [red = 0] = await meanRgb(jpeg);
  return (red * 219) / 255 / 10;
}

const times = (count: number, value: string): string[] => Array.from({ length: count }, () => value);

/** With an SPS of Baseline, level 6.2, picture order count type 2, 16384x16384, in place of its own (ITU-T H.264 §7.3.2.1.1). */
function withSizeOf16384(annexB: Uint8Array): Buffer {
  // 67 42 00 3e, then ue(v): id 0, frame_num 0, type 2, one reference, no gaps, 1023, 1023; frames only, 8x8, no crop, no VUI; stop bit.
  const codes = [
    '1',
    '1',
    '011',
    '010',
    '0',
    `${'0'.repeat(10)}10000000000`,
    `${'0'.repeat(10)}10000000000`,
    '1',
    '1',
    '0',
    '0',
  ];
  const bits = `${codes.join('')}1`;
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  const sps = Buffer.from([0x67, 0x42, 0x00, 0x3e, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
  const units = nalUnitsOfAnnexB(annexB).map((unit) => ((unit[0] ?? 0) % 32 === 7 ? sps : unit));
  return Buffer.from(joinAnnexB(units));
}

const START_OF_SLICE = Buffer.from('0000000141', 'hex');
