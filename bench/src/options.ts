import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run bench -- [options]

Measures Oriel on this machine, beside ffmpeg on the same simulated camera. About a quarter of an hour.

  --seconds N     measured time of each reader and picture size [60]
  --only PART     age, first-picture, viewers or idle
  --noise         frame age with noise in the picture: 4 Mbit/s as H.264, JPEGs three times as large
  --quick         a few seconds each: to see that it works, not for figures
  --camera URL    what nobody watches is read from there, instead of the simulator
  --go2rtc FILE   frame age of this go2rtc program too, which shows the camera as MJPEG by way of ffmpeg
  --output FILE   where the results go [bench/results/<date>.json]
  --help          this text
`;

const PARTS = ['age', 'first-picture', 'viewers', 'idle'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Measured time of each reader and picture size. */
  readonly seconds: number;
  /** Turns that this time is divided into, so that no reader has the quiet minutes for itself. */
  readonly turns: number;
  /** First pictures for each GOP length. */
  readonly tries: number;
  /** Frame age with noise in the picture. */
  readonly noise: boolean;
  readonly quick: boolean;
  /** Path of the program. */
  readonly go2rtc: string | undefined;
  /** Where the cameras that nobody watches are read from; undefined for the simulator. */
  readonly camera: string | undefined;
  readonly output: string | undefined;
}

/** Undefined when help is wanted. @throws TypeError with a sentence for who typed it */
export function parseBenchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string' },
      only: { type: 'string' },
      go2rtc: { type: 'string' },
      camera: { type: 'string' },
      output: { type: 'string' },
      noise: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick, noise, only } = values;
  return {
    parts: PARTS.filter((part) => only === undefined || part === partOf(only)),
    seconds: secondsOf(values.seconds) ?? (quick ? 6 : 60),
    turns: quick ? 1 : 3,
    tries: quick ? 2 : 6,
    noise,
    quick,
    go2rtc: values.go2rtc,
    camera: values.camera,
    output: values.output,
  };
}

function partOf(text: string): Part {
  const part = PARTS.find((known) => known === text);
  if (part === undefined) throw new TypeError(`--only must be one of ${PARTS.join(', ')}, not ${text}`);
  return part;
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!(seconds >= 3 && seconds <= 3600)) throw new TypeError(`--seconds must be from 3 to 3600, not ${text}`);
  return seconds;
}
