import { freePort } from '@oriel/testing';
import { docker, dockerLines } from './engine.ts';

/** A Docker Swarm of this engine alone, made for a test. */
export class Swarm {
  /** @throws Error when the engine is part of one already: whose nodes those are, no test knows */
  static async init(): Promise<Swarm> {
    const [state] = await dockerLines(['info', '--format', '{{.Swarm.LocalNodeState}}']);
    if (state !== 'inactive')
      throw new Error(`The engine's swarm is ${state}; this test makes one, and needs none to be there`);
    await docker(['swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', `127.0.0.1:${await freePort()}`]);
    const [node = ''] = await dockerLines(['node', 'ls', '-q']);
    await docker(['node', 'update', '--label-add', 'oriel-redis=true', node]);
    return new Swarm();
  }

  async leave(): Promise<void> {
    await docker(['swarm', 'leave', '--force']);
    // The engine makes this one for a swarm and keeps it for the next. Now and then it counts an endpoint that is gone, until it restarts.
    await docker(['network', 'rm', 'docker_gwbridge']).catch((error: unknown) => {
      process.stderr.write(
        `The bridge of the swarm stays: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    });
  }
}
