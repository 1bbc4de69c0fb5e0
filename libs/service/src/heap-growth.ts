import { setFlagsFromString } from 'node:v8';

/**
 * Lets memory grow to three times what is in use before all of it is searched for garbage.
 *
 * V8 chooses that from how fast JavaScript objects pile up, which in these services they hardly do, and so comes to some 8 MB. But it
 * counts buffers too, and through those run all pictures: a gateway that sent 80 frames a second of 117 KB spent more than half of its CPU time on
 * two searches of the whole heap a second, which found nothing that the cheap collection of young objects would not have freed.
 *
 * Nor is it searched because the process has little to do: an ingest with one camera that nobody watches spent a tenth of its CPU time on
 * that, and got back what it had needed to start, once.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=200');
  setFlagsFromString('--no-memory-reducer');
}
