/** One decoding child process, driven through fluent-ffmpeg. Bytes in, pictures out; its end is always reported. */
import { PassThrough, Writable } from 'node:stream';
import Ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg';
import type { RgbPicture } from '../rgb-jpeg.ts';
import {
  ACCESS_UNIT_DELIMITERS,
  type DecoderInput,
  decoderInputOptions,
  decoderOutputOptions,
} from './ffmpeg-arguments.ts';
import { PpmSplitter } from './ppm-splitter.ts';

export interface FfmpegProcessOptions {
  readonly input: DecoderInput;
  /** More input options, for example for a hardware decoder. */
  readonly inputOptions: readonly string[];
  readonly allocate: (bytes: number) => Buffer;
  readonly onPicture: (picture: RgbPicture) => void;
  /** Called once, whatever ends the process. The message is ffmpeg's last words. */
  readonly onEnd: (message: string) => void;
}

export class FfmpegProcess {
  readonly #options: FfmpegProcessOptions;
  readonly #stdin = new PassThrough();
  readonly #command: FfmpegCommand;
  /** Resolves when the program runs. Before its first start, fluent-ffmpeg asks the program once what it can do. */
  readonly started: Promise<void>;
  /** Resolves when the program is gone. */
  readonly ended: Promise<void>;
  #isStarted = false;
  #isKilled = false;

  constructor(options: FfmpegProcessOptions) {
    this.#options = options;
    const splitter = new PpmSplitter(options);
    const stdout = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        try {
          if (!this.#isKilled) splitter.push(chunk);
          done();
        } catch (error) {
          done();
          this.kill();
          if (!(error instanceof RangeError)) throw error;
        }
      },
    });
    this.#command = Ffmpeg(this.#stdin, { logger: undefined })
      .inputOptions(decoderInputOptions(options.input, options.inputOptions))
      .outputOptions(decoderOutputOptions(options.input))
      .format('image2pipe');
    this.started = new Promise((resolve) => this.#command.on('start', () => resolve()));
    this.ended = new Promise((resolve) => {
      const end = (message: string) => {
        this.#isKilled = true;
        this.#stdin.destroy();
        resolve();
        options.onEnd(message);
      };
      this.#command
        .on('start', () => {
          this.#isStarted = true;
          // kill() came while fluent-ffmpeg was still asking what this ffmpeg can do.
          if (this.#isKilled) this.#command.kill('SIGKILL');
        })
        .on('error', (error: Error) => end(error.message))
        .on('end', () => end('ffmpeg ended'));
    });
    this.#stdin.on('error', () => this.kill());
    this.#command.pipe(stdout, { end: true });
  }

  /** Writes one access unit, and lets ffmpeg know that it is complete. */
  write(data: Uint8Array): void {
    if (this.#isKilled) return;
    this.#stdin.write(data);
    this.#stdin.write(ACCESS_UNIT_DELIMITERS[this.#options.input.codec]);
  }

  /** Kills the process; `ended` resolves when it is gone. No picture is delivered after this call. */
  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    if (this.#isStarted) this.#command.kill('SIGKILL');
  }
}
