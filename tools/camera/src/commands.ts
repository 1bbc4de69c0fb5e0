import type { RunningCamera } from './start-camera.ts';

const HINT =
  'stall S, reboot S, half-open, ssrc, jump S, loss RATE [BURST], reorder RATE, duplicate RATE, garbage RATE, delay S, ' +
  'no-marker on|off, marker-on-parameter-sets on|off, reply-delay S, refuse STATUS [RETRY-AFTER], clear, stats';

/** Runs one line of the program's standard input. @returns what to print */
export function runCommand(camera: Pick<RunningCamera, 'faults' | 'stats'>, line: string): string {
  const [name = '', first, second] = line.trim().split(/\s+/);
  const { faults } = camera;
  const value = Number(first);
  const needsNumber = !['half-open', 'ssrc', 'clear', 'stats', 'no-marker', 'marker-on-parameter-sets'].includes(name);
  if (needsNumber && (first === undefined || !Number.isFinite(value)))
    return `not a command: ${name}; known are: ${HINT}`;
  switch (name) {
    case 'stall':
      faults.stall(value);
      break;
    case 'reboot':
      faults.reboot(value);
      break;
    case 'half-open':
      faults.halfOpen();
      break;
    case 'ssrc':
      faults.changeSsrc();
      break;
    case 'jump':
      faults.jumpTimestamp(value);
      break;
    case 'loss':
      faults.set({ lossRate: value, lossBurstPackets: Number(second ?? 1) });
      break;
    case 'reorder':
      faults.set({ reorderRate: value });
      break;
    case 'duplicate':
      faults.set({ duplicateRate: value });
      break;
    case 'garbage':
      faults.set({ garbageRate: value });
      break;
    case 'delay':
      faults.set({ delayMs: value * 1000 });
      break;
    case 'no-marker':
      faults.set({ noMarker: first !== 'off' });
      break;
    case 'marker-on-parameter-sets':
      faults.set({ markerOnParameterSets: first !== 'off' });
      break;
    case 'reply-delay':
      faults.set({ replyDelayMs: value * 1000 });
      break;
    case 'refuse':
      faults.set({ refuseStatus: value, retryAfterSeconds: Number(second ?? 0) });
      break;
    case 'clear':
      faults.clear();
      break;
    case 'stats':
      return JSON.stringify(camera.stats());
    default:
      return `not a command: ${name}; known are: ${HINT}`;
  }
  return `ok ${line.trim()}`;
}
