/** Turns a frame of two fields into one whole picture with libavfilter's bwdif, without waiting for the next frame. */
import './node20.ts';
import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AV_BUFFERSRC_FLAG_PUSH,
  AV_FRAME_FLAG_INTERLACED,
  type AVBufferSrcFlag,
} from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib';
import { EngineError } from '../engine.ts';

/**
 * bwdif keeps the lines of the earlier field. It makes the others from their neighbours in that field and, where
 * nothing moves, from the other field. Still parts keep every line, moving parts show no comb. Chroma is treated field
 * by field.
 *
 * bwdif outputs a frame only when the next one arrives, to see whether that one is still, too. So each frame is fed
 * twice and serves as its own successor. The frame before is enough to detect movement, and live viewing cannot wait
 * for 40 ms.
 */
export class Deinterlacer {
  #graph: Graph | undefined;
  #framesIn = 0n;
  /** Settles, never rejects, when the latest frame is done. */
  #last: Promise<unknown> = Promise.resolve();

  /** Call in presentation order. The caller frees the result. @throws EngineError (`encode-failed`) */
  deinterlace(frame: Frame): Promise<Frame> {
    const turn = this.#last.then(() => this.#deinterlace(frame));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when the running work is done and the memory is free. */
  async close(): Promise<void> {
    await this.#last;
    this.#free();
  }

  async #deinterlace(frame: Frame): Promise<Frame> {
    const graph = await this.#graphFor(frame);
    const output = new Frame();
    output.alloc();
    const input = new Frame();
    input.alloc();
    try {
      check(input.ref(frame));
      for (let time = 0; time < 2; time++) {
        // The first time, at most the previous frame comes out once more.
        output.unref();
        input.pts = this.#framesIn++;
        check(await graph.source.buffersrcAddFrame(input, PUSH_A_REFERENCE));
        const isOut = graph.sink.buffersinkGetFrameSync(output) >= 0;
        if (time === 1 && !isOut) throw new EngineError('encode-failed', 'the deinterlacer gave no picture');
      }
    } catch (error) {
      output.free();
      throw error;
    } finally {
      input.free();
    }
    output.clearFlags(AV_FRAME_FLAG_INTERLACED);
    output.colorSpace = frame.colorSpace;
    output.colorRange = frame.colorRange;
    return output;
  }

  #free(): void {
    this.#graph?.graph.free();
    this.#graph = undefined;
  }

  async #graphFor(frame: Frame): Promise<Graph> {
    const format = [
      `video_size=${frame.width}x${frame.height}`,
      `pix_fmt=${frame.format}`,
      `colorspace=${frame.colorSpace}`,
      `range=${frame.colorRange}`,
      'time_base=1/25',
    ].join(':');
    if (this.#graph?.format === format) return this.#graph;
    this.#free();
    this.#graph = await openGraph(format);
    check(await addBlackFrame(this.#graph.source, frame));
    return this.#graph;
  }
}

interface Graph {
  readonly format: string;
  readonly graph: FilterGraph;
  readonly source: FilterContext;
  readonly sink: FilterContext;
}

async function openGraph(format: string): Promise<Graph> {
  const graph = new FilterGraph();
  graph.alloc();
  // One thread, as for the decoder: other cameras fill the other cores.
  graph.nbThreads = 1;
  try {
    const source = create(graph, 'buffer', format);
    const deinterlacer = create(graph, 'bwdif', 'mode=send_frame');
    const sink = create(graph, 'buffersink', null);
    check(source.link(0, deinterlacer, 0));
    check(deinterlacer.link(0, sink, 0));
    check(await graph.config());
    return { format, graph, source, sink };
  } catch (error) {
    graph.free();
    throw error;
  }
}

/**
 * Adds a frame before the first one. Without it, the first frame would count as still and show its comb; every line
 * less black than this one counts as moving.
 */
async function addBlackFrame(source: FilterContext, like: Frame): Promise<number> {
  const black = new Frame();
  black.alloc();
  try {
    check(black.copyProps(like));
    black.width = like.width;
    black.height = like.height;
    black.format = like.format;
    check(black.getBuffer(0));
    for (const plane of black.data ?? []) plane?.fill(0);
    return await source.buffersrcAddFrame(black, PUSH_A_REFERENCE);
  } finally {
    black.free();
  }
}

function create(graph: FilterGraph, name: string, options: string | null): FilterContext {
  const filter = Filter.getByName(name);
  const context = filter === null ? null : graph.createFilter(filter, name, options);
  if (context === null)
    throw new EngineError('encode-failed', `this FFmpeg build has no filter ${name} that takes the picture`);
  return context;
}

function check(code: number): void {
  if (code < 0) throw new EngineError('encode-failed', `the deinterlacer refused the picture (libavfilter ${code})`);
}

/** The work happens in the call that adds, off the event loop, not in the one that takes. */
const PUSH_A_REFERENCE = (AV_BUFFERSRC_FLAG_PUSH | AV_BUFFERSRC_FLAG_KEEP_REF) as AVBufferSrcFlag;
