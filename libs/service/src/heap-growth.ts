import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow to three times what is in use before a full garbage collection.
 *
 * V8 derives that limit from how fast JavaScript objects pile up. In these services they hardly do, so the limit comes
 * to some 8 MB. But V8 counts buffers too, and all pictures pass through buffers. A gateway that sent 80 frames a
 * second of 117 KB spent more than half of its CPU time on two full collections a second, which found nothing that the
 * cheap collection of young objects would not have freed.
 *
 * Nor is memory collected because the process is idle. An ingest with one unwatched camera spent a tenth of its CPU
 * time on that, and only got back, once, what it had needed to start.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=200');
  setFlagsFromString('--no-memory-reducer');
}
