import { setTimeout as delay } from 'node:timers/promises';
import type { ReadPictures, Recording } from '../children/picture-recorder.ts';
import { loadOfMachine } from '../measure/machine.ts';
import { takeSnapshot, type Usage, usageBetween } from '../measure/process-usage.ts';
import { meanMsBetween, metricIn } from '../measure/service-metrics.ts';
import type { RunningOriel } from '../running-oriel.ts';
import type { Reader } from './readers.ts';

/** What one reader did in one turn. */
export interface Turn {
  readonly recording: Recording;
  readonly read: ReadPictures;
  /** Of the processes that the reader is made of. */
  readonly usage: Usage;
  /** Of the camera, of Oriel whether read or not, and of the process that records. */
  readonly besides: Usage;
  readonly firstPictureMs: number;
  /** Pictures that ingest had from the camera in the same time. */
  readonly cameraPictures: number;
  /** Processes that ran or waited for a core over the last minute, at the end. */
  readonly load: number;
  /** Means by the transcoder's own metrics; NaN while it has nothing to do. */
  readonly decodeMs: number;
  readonly encodeMs: number;
}

/** Until decoder, caches and rates have settled after a start. */
const SETTLE_MS = 3000;
const CAMERA_PICTURES = 'oriel_ingest_access_units_total';

export async function takeTurn(
  oriel: RunningOriel,
  reader: Reader,
  { turnMs, signal }: { readonly turnMs: number; readonly signal: AbortSignal },
): Promise<Turn> {
  const { recorder } = reader;
  try {
    const { pids, firstPictureMs } = await reader.begin();
    await delay(SETTLE_MS, undefined, { signal });

    const bystanders = new Map([...oriel.pids(), ['camera', oriel.cameraPid], ['recorder', recorder.pid]]);
    const metrics = await oriel.metrics('transcoder');
    const ingestMetrics = await oriel.metrics('ingest');
    const before = takeSnapshot(pids);
    const besidesBefore = takeSnapshot(bystanders);
    await recorder.call('startRecording');
    await delay(turnMs, undefined, { signal });
    const recording = await recorder.call('stopRecording');
    const ingestMetricsAfter = await oriel.metrics('ingest');
    const usage = usageBetween(before, takeSnapshot(pids));
    const besides = usageBetween(besidesBefore, takeSnapshot(bystanders));
    const metricsAfter = await oriel.metrics('transcoder');
    const load = loadOfMachine();

    await reader.finish();
    // Only now: it takes time that would be missing in the turn.
    const read = await recorder.call('readBarcodes');
    return {
      recording,
      read,
      usage,
      besides,
      firstPictureMs,
      cameraPictures: metricIn(ingestMetricsAfter, CAMERA_PICTURES) - metricIn(ingestMetrics, CAMERA_PICTURES),
      load,
      decodeMs: meanMsBetween(metrics, metricsAfter, 'oriel_transcoder_decode_seconds'),
      encodeMs: meanMsBetween(metrics, metricsAfter, 'oriel_transcoder_encode_seconds'),
    };
  } finally {
    await reader.finish();
  }
}
