/** What viewers were told of the cameras while something failed, in a few words for a table. Pure. */
import type { CameraEvent } from '@oriel/stream-protocol';

type Told = Pick<CameraEvent, 'camera' | 'state' | 'reason' | 'warning'>;

/** @param events in the order in which they came. Cameras without any were live and stayed so. */
export function statusWords(cameraIds: readonly string[], events: readonly Told[]): string {
  const counts = new Map<string, number>();
  for (const cameraId of cameraIds) {
    const steps: string[] = [];
    for (const event of events) {
      const step = wordsOf(event);
      if (event.camera === cameraId && step !== (steps.at(-1) ?? LIVE)) steps.push(step);
    }
    const story = steps.length === 0 ? LIVE : steps.join(', then ');
    counts.set(story, (counts.get(story) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([story, count]) => (counts.size === 1 ? story : `${count}: ${story}`))
    .join('; ');
}

const LIVE = 'live';

function wordsOf({ state, reason, warning }: Told): string {
  const remark = reason ?? warning;
  return remark === undefined || remark === '' ? state : `${state} “${shortened(remark)}”`;
}

/** Its first sentence, without what differs from second to second. */
function shortened(text: string): string {
  const [sentence = text] = text.split(/(?<=\w\w)\. /);
  const words = sentence.replace(/\.$/, '').replace(/\d+ %/, '… %');
  return words.length <= LONGEST ? words : `${words.slice(0, LONGEST).replace(/\s+\S*$/, '')} …`;
}

const LONGEST = 70;
