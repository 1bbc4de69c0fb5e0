/** For the tests of this folder: a clock that stands still, and sessions that clean up after themselves. Not part of the library. */
import type { VideoAccessUnit } from '@oriel/rtp';
import { type ScriptedReply, ScriptedServer, type ScriptedServerOptions } from '@oriel/testing/scripted-server';
import type { RtspSession, RtspSessionOptions, SessionEvent } from '../api.ts';
import type { Clock, Timer } from '../clock.ts';
import { RtspError } from '../rtsp-error.ts';
import { openRtspSession } from './open-rtsp-session.ts';
import { StaleSessions } from './stale-sessions.ts';

export class FakeClock implements Clock {
  #nowUs = 1_700_000_000_000_000;
  readonly #timers = new Set<{ readonly dueUs: number; readonly callback: () => void }>();

  nowUs(): number {
    return this.#nowUs;
  }

  /** Timers that wait; 0 when everything was cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer = { dueUs: this.#nowUs + delayMs * 1_000, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Time passes while the process is held up: what was due meanwhile is late, and then all of it comes at once. */
  jump(durationMs: number): void {
    this.#nowUs += durationMs * 1_000;
    for (const timer of [...this.#timers].filter(({ dueUs }) => dueUs <= this.#nowUs)) {
      if (this.#timers.delete(timer)) timer.callback();
    }
  }

  advance(durationMs: number): void {
    const endUs = this.#nowUs + durationMs * 1_000;
    for (;;) {
      const [next] = [...this.#timers].filter(({ dueUs }) => dueUs <= endUs).sort((a, b) => a.dueUs - b.dueUs);
      if (next === undefined) break;
      this.#nowUs = next.dueUs;
      this.#timers.delete(next);
      next.callback();
    }
    this.#nowUs = endUs;
  }
}

/** One server, one clock and the sessions of one test. */
export class SessionBench {
  readonly clock = new FakeClock();
  readonly staleSessions = new StaleSessions();
  readonly events: SessionEvent[] = [];
  readonly pictures: VideoAccessUnit[] = [];
  readonly #servers: ScriptedServer[] = [];
  readonly #sessions: RtspSession[] = [];

  async server(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = await ScriptedServer.start(options);
    this.#servers.push(server);
    return server;
  }

  async open(options: Partial<RtspSessionOptions> & { readonly url: string }): Promise<RtspSession> {
    const session = await openRtspSession(
      {
        onVideo: (picture) => this.pictures.push(picture),
        onEvent: (event) => this.events.push(event),
        ...options,
      },
      { clock: this.clock, staleSessions: this.staleSessions },
    );
    this.#sessions.push(session);
    return session;
  }

  /** The error that opening rejects with. */
  async refusal(options: Partial<RtspSessionOptions> & { readonly url: string }): Promise<RtspError> {
    try {
      await this.open(options);
    } catch (error) {
      if (error instanceof RtspError) return error;
      throw error;
    }
    throw new Error('The session opened');
  }

  get deviations(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'deviation' ? [event.reason] : []));
  }

  /** For `afterEach`: closes sessions, while time passes for servers that do not answer. */
  async dispose(): Promise<void> {
    for (const session of this.#sessions) {
      const closed = session.close();
      this.clock.advance(60_000);
      await closed;
    }
    for (const server of this.#servers) await server.stop();
  }
}

export const credentials = { username: 'admin', password: 'secret' };

export const challenge = (...lines: string[]): ScriptedReply => ({
  status: 401,
  reason: 'Unauthorized',
  headers: { 'WWW-Authenticate': lines },
});

export const digest = (nonce: string) => `Digest realm="r", nonce="${nonce}"`;
