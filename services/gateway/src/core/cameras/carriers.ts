/** Why no service works on a camera, and what the owner can do about it. Pure. */
import type { Instance, PictureTrouble } from '@oriel/control';

export type CarrierService = 'ingest' | 'transcoder';

/** @param instances running instances of every service; undefined until they are known */
export function whyNotCarried(service: CarrierService, instances: readonly Instance[] | undefined): PictureTrouble {
  const name = service === 'ingest' ? 'ingest service' : 'transcoder';
  const notYet = { code: `no-${service}`, message: `No ${name} has taken this camera yet.` };
  if (instances === undefined) return notYet;
  const carriers = instances.filter((instance) => instance.service === service);
  const limits = carriers.map(({ cameras, maxCameras }) => ({
    isFull: cameras.length >= (maxCameras ?? Infinity),
    maxCameras,
  }));
  if (carriers.length === 0) {
    return { code: `no-${service}`, message: `No ${name} is running. Start one: docker compose up -d ${service}.` };
  }
  if (limits.every(({ isFull }) => isFull)) {
    const most = [...new Set(limits.map(({ maxCameras }) => maxCameras))].join(' or ');
    const subject = carriers.length === 1 ? `The ${name} has` : `All ${carriers.length} ${name}s have`;
    return {
      code: `no-${service}-room`,
      message:
        `${subject} as many cameras as one may take (${most}). Start one more: docker compose up -d --scale ` +
        `${service}=${carriers.length + 1}, or raise max_cameras in [${service}].`,
    };
  }
  return notYet;
}

/** Whether the code is one of {@link whyNotCarried}'s. */
export function saysNotCarried(code: string | undefined): boolean {
  return code !== undefined && NOT_CARRIED.has(code);
}

const NOT_CARRIED: ReadonlySet<string> = new Set([
  'no-ingest',
  'no-ingest-room',
  'no-transcoder',
  'no-transcoder-room',
]);
