import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const COMMAND_DEADLINE_MS = 180_000;

/** `describe`, or its skipping twin where no Docker engine answers; build-images.mjs has printed why. */
export const describeWithEngine = process.env['ORIEL_CONTAINERS_MISSING'] === undefined ? describe : describe.skip;

/** Whether MediaMTX's image is here or could be pulled. */
export const haveMediaMtx = process.env['ORIEL_HAVE_MEDIAMTX'] === '1';

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws Error with what the command wrote, when it fails or takes longer than three minutes */
export async function docker(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandOutput> {
  try {
    return await promisify(execFile)('docker', args, {
      cwd: REPOSITORY,
      env,
      maxBuffer: MAX_OUTPUT_BYTES,
      timeout: COMMAND_DEADLINE_MS,
    });
  } catch (error) {
    const { stderr = '', stdout = '' } = error as Partial<CommandOutput>;
    throw new Error(`docker ${args.join(' ')} failed:\n${stderr || stdout}`, { cause: error });
  }
}

/** The lines of a command's standard output, empty ones left out. */
export async function dockerLines(args: readonly string[]): Promise<string[]> {
  return (await docker(args)).stdout.split('\n').filter((line) => line !== '');
}

export const REPOSITORY = new URL('../../../../', import.meta.url).pathname;

/** What a run leaves to be read: logs of all containers, and times. */
export const RESULTS = join(REPOSITORY, 'test-results', 'containers');

/** The part of `docker inspect` that the tests read. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Status: string; readonly Health?: { readonly Status: string } };
  readonly RestartCount: number;
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string }[];
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly Privileged: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Init: boolean | null;
    readonly Memory: number;
    readonly PidsLimit: number | null;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  };
  readonly Config: {
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null | undefined>
    >;
  };
}

export async function inspectContainers(ids: readonly string[]): Promise<InspectedContainer[]> {
  if (ids.length === 0) return [];
  return JSON.parse((await docker(['inspect', ...ids])).stdout);
}
