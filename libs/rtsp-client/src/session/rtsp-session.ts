/**
 * The session an application holds: one attempt after another until the camera plays, then until it ends
 * (docs/rtsp-interop.md#redirects, and #refusals for the choice of transport).
 */
import type {
  RtspSession,
  RtspSessionOptions,
  SessionEvent,
  SessionStats,
  SessionTimeouts,
  TransportName,
} from '../api.ts';
import { Authenticator } from '../auth/authenticator.ts';
import { type Clock, nowMs, systemClock, type Timer } from '../clock.ts';
import { DeviationLog } from '../deviation-log.ts';
import { RtspError } from '../rtsp-error.ts';
import { parseRtspUrl, type RtspUrl } from '../url/rtsp-url.ts';
import { Attempt } from './attempt.ts';
import type { AttemptEnd } from './attempt-end.ts';
import type { StreamStats } from './media-streams.ts';
import { nextUrl, type RedirectTrail } from './redirect.ts';
import { withDefaults } from './session-timeouts.ts';
import { StaleSessions } from './stale-sessions.ts';

/** What tests replace. */
export interface SessionEnvironment {
  readonly clock: Clock;
  readonly staleSessions: StaleSessions;
}

/** Shared by all sessions of a process: the next session must know what the previous one left at the camera. */
const processEnvironment: SessionEnvironment = { clock: systemClock, staleSessions: new StaleSessions() };

type State =
  | { readonly name: 'opening'; readonly attempt: Attempt }
  | { readonly name: 'playing'; readonly attempt: Attempt }
  /** Between two attempts: a redirect or another transport. */
  | { readonly name: 'switching' }
  | { readonly name: 'ended'; readonly error: RtspError | undefined };

export class Session implements RtspSession {
  // Private fields: options hold a password, and inspecting a session must not show it.
  readonly #ended: Promise<RtspError | undefined>;
  readonly #opened: Promise<RtspError | undefined>;
  readonly #options: RtspSessionOptions;
  readonly #environment: SessionEnvironment;
  readonly #timeouts: SessionTimeouts;
  readonly #deviations: DeviationLog;
  #transports: readonly TransportName[];
  #state: State = { name: 'switching' };
  #stopped: RtspError | undefined;
  #isClosing = false;
  #earlierStats: SessionStats = NO_STATS;
  #resolveOpened!: (error: RtspError | undefined) => void;

  constructor(options: RtspSessionOptions, environment: SessionEnvironment = processEnvironment) {
    this.#options = options;
    this.#environment = environment;
    this.#timeouts = withDefaults(options.timeouts);
    this.#deviations = new DeviationLog((event) => this.#report(event));
    this.#transports = options.transport === 'auto' ? ['udp', 'tcp'] : [options.transport ?? 'tcp'];
    this.#opened = new Promise((resolve) => {
      this.#resolveOpened = resolve;
    });
    const onAbort = () => void this.#stop(new RtspError('aborted', 'The session was aborted', { peer: this.#peer }));
    this.#ended = this.#run().then((error) => {
      options.signal?.removeEventListener('abort', onAbort);
      this.#state = { name: 'ended', error };
      this.#resolveOpened(error);
      return this.#isClosing ? undefined : error;
    });
    options.signal?.addEventListener('abort', onAbort);
  }

  /** Resolves when PLAY was answered; with the reason when the session ended before. */
  get opened(): Promise<RtspError | undefined> {
    return this.#opened;
  }

  get ended(): Promise<RtspError | undefined> {
    return this.#ended;
  }

  stats(): SessionStats {
    const attempt = this.#state.name === 'opening' || this.#state.name === 'playing' ? this.#state.attempt : undefined;
    const total = addStats(this.#earlierStats, attempt);
    return { ...total, faults: { ...total.faults, ...this.#deviations.counts } };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#stop(new RtspError('aborted', 'The session was closed', { peer: this.#peer }));
  }

  async #stop(reason: RtspError): Promise<void> {
    this.#stopped ??= reason;
    if (reason.code === 'aborted') this.#isClosing ||= this.#state.name === 'playing';
    if (this.#state.name === 'opening' || this.#state.name === 'playing') await this.#state.attempt.close(reason);
    await this.#ended;
  }

  /** @returns why the session ended. */
  async #run(): Promise<RtspError | undefined> {
    const parsed = parseRtspUrl(this.#options.url);
    if (!parsed.ok) return new RtspError('invalid-url', parsed.problem, { peer: 'unknown' });
    if (this.#options.signal?.aborted) return new RtspError('aborted', 'The session was aborted', { peer: 'unknown' });

    // Over UDP the pictures of an encrypted session would travel in the open.
    if (parsed.url.secure)
      this.#transports = this.#transports.filter((transport) => transport === 'tcp' || transport === 'http');
    if (this.#transports.length === 0) {
      return new RtspError('unsupported-transport', 'An encrypted camera address works with tcp or http only', {
        peer: this.#peer,
      });
    }

    const credentials = this.#options.credentials ?? parsed.url.credentials;
    let trail: RedirectTrail = { url: parsed.url, credentials, visited: [parsed.url.requestUri] };
    let authenticator = this.#createAuthenticator(trail);
    let tunnelAuthenticator = this.#createAuthenticator(trail);
    let isReconnected = false;
    for (;;) {
      const end = await this.#attempt(trail.url, authenticator, tunnelAuthenticator);
      this.#state = { name: 'switching' };
      if (this.#stopped) return this.#stopped;
      switch (end.kind) {
        case 'failed':
          // Some servers close the connection after a 401: answer it once over the next connection.
          if (isReconnected || end.error.code !== 'closed-by-peer' || !authenticator.hasUntriedChallenge)
            return end.error;
          isReconnected = true;
          break;
        case 'transport-refused': {
          this.#transports = this.#transports.filter((transport) => transport !== end.transport);
          if (this.#transports.length === 0) return end.error;
          this.#deviations.note('transport-switched', 'The camera is not received over UDP; TCP is used');
          break;
        }
        case 'redirected': {
          const next = nextUrl(trail, end.location, end.error, this.#options.redirectCredentials ?? 'same-host');
          if (next instanceof RtspError) return next;
          trail = next;
          authenticator = this.#createAuthenticator(trail);
          tunnelAuthenticator = this.#createAuthenticator(trail);
          break;
        }
      }
    }
  }

  async #attempt(url: RtspUrl, authenticator: Authenticator, tunnelAuthenticator: Authenticator): Promise<AttemptEnd> {
    const { clock, staleSessions } = this.#environment;
    const [transport = 'tcp'] = this.#transports;
    const { onVideo, onAudio, consumerBacklogBytes, reportsOverTcp = false } = this.#options;
    const attempt = new Attempt({
      url,
      authenticator,
      tunnelAuthenticator,
      transport,
      mayPreferTcp: this.#transports.includes('tcp'),
      tls: this.#options.tls,
      timeouts: this.#timeouts,
      clock,
      deviations: this.#deviations,
      staleSessions,
      consumer: {
        onVideo,
        onAudio,
        onEvent: (event) => this.#report(event),
        backlogBytes: consumerBacklogBytes,
      },
      reportsOverTcp,
    });
    this.#state = { name: 'opening', attempt };
    const timer: Timer = clock.after(this.#timeouts.openMs, () => {
      const message = 'The camera took too long to start playing';
      void attempt.close(new RtspError('timed-out', message, { peer: this.#peer }));
    });
    const isPlaying = await attempt.open();
    timer.cancel();
    if (isPlaying && this.#stopped === undefined) {
      this.#state = { name: 'playing', attempt };
      this.#resolveOpened(undefined);
    }
    const end = await attempt.ended;
    this.#earlierStats = addStats(this.#earlierStats, attempt);
    return end;
  }

  #createAuthenticator({ credentials }: RedirectTrail): Authenticator {
    return new Authenticator({ credentials, nowMs: () => nowMs(this.#environment.clock) });
  }

  #report(event: SessionEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch (cause) {
      const message = 'An event could not be handed on; this is a fault of the application';
      void this.#stop(new RtspError('consumer-failed', message, { peer: this.#peer }, { cause }));
    }
  }

  get #peer(): string {
    const parsed = parseRtspUrl(this.#options.url);
    return parsed.ok ? `${parsed.url.host}:${parsed.url.port}` : 'unknown';
  }
}

const NO_STATS: SessionStats = {
  packets: 0,
  bytes: 0,
  lostPackets: 0,
  duplicatePackets: 0,
  accessUnits: 0,
  faults: {},
};

function addStats(total: SessionStats, attempt: Attempt | undefined): SessionStats {
  const video = attempt?.statsOf('video');
  const audio = attempt?.statsOf('audio');
  const faults = { ...total.faults };
  for (const [reason, count] of [...Object.entries(video?.faults ?? {}), ...Object.entries(audio?.faults ?? {})])
    faults[reason] = (faults[reason] ?? 0) + count;
  const sound = addCounts(total.audio, audio);
  return { ...NO_STATS, ...addCounts(total, video), faults, ...(sound === undefined ? {} : { audio: sound }) };
}

type Counts = Pick<StreamStats, 'packets' | 'bytes' | 'lostPackets' | 'duplicatePackets' | 'accessUnits'>;

function addCounts(total: Counts | undefined, more: Counts | undefined): Counts | undefined {
  if (total === undefined && more === undefined) return undefined;
  const sum = (name: keyof Counts) => (total?.[name] ?? 0) + (more?.[name] ?? 0);
  return {
    packets: sum('packets'),
    bytes: sum('bytes'),
    lostPackets: sum('lostPackets'),
    duplicatePackets: sum('duplicatePackets'),
    accessUnits: sum('accessUnits'),
  };
}
