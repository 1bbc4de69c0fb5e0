/**
 * Tells a dead connection from a camera that merely pauses.
 *
 * When the other end vanishes (power, cable, a router that forgot the connection), the connection looks open and silent.
 * The silence limit suits a camera that pauses, but is far too long for this. So once a stream is silent for clearly longer
 * than ever before, the camera is asked for an answer, any answer; without a single byte in return it is dead. Cameras that
 * send a picture every few seconds are asked late or never, and the rule does not apply to those that have not answered a
 * keepalive while playing. Pure: no timers, no clock.
 */
import type { PacketRhythm } from './packet-rhythm.ts';

export interface ProofOfLifeOptions {
  /** How long an answer may take; longer for a camera that was slower before. */
  readonly answerMs: number;
  /** Of the video. */
  readonly rhythm: PacketRhythm;
}

type State =
  | { readonly name: 'watching' }
  | { readonly name: 'asked'; readonly atMs: number; readonly checks: number }
  /** It is alive but sends no video: asking again would show nothing new. */
  | { readonly name: 'answered' };

export class ProofOfLife {
  readonly #options: ProofOfLifeOptions;
  #state: State = WATCHING;
  /** Slowest answer to a keepalive while playing; undefined before the first. */
  #slowestAnswerMs: number | undefined;

  constructor(options: ProofOfLifeOptions) {
    this.#options = options;
  }

  get isAsking(): boolean {
    return this.#state.name === 'asked';
  }

  /** Video came. */
  onPacket(): void {
    this.#state = WATCHING;
  }

  /** A keepalive was answered, whatever the status. */
  onAnswer(tookMs: number): void {
    this.#slowestAnswerMs = Math.max(this.#slowestAnswerMs ?? 0, tookMs);
  }

  /**
   * Call every few hundred milliseconds, with socket reads in between.
   *
   * @param heardMs When the last byte came, of any stream or reply.
   * @returns `ask`: send a request now. `dead`: there was neither an answer nor anything else.
   */
  check(nowMs: number, heardMs: number): 'wait' | 'ask' | 'dead' {
    const state = this.#state;
    switch (state.name) {
      case 'watching':
        if (this.#slowestAnswerMs === undefined) return 'wait';
        if (!this.#options.rhythm.isBroken(nowMs - heardMs, MIN_SUSPICIOUS_SILENCE_MS)) return 'wait';
        this.#state = { name: 'asked', atMs: nowMs, checks: 0 };
        return 'ask';
      case 'asked': {
        if (heardMs >= state.atMs) {
          this.#state = ANSWERED;
          return 'wait';
        }
        // After a stall, this process sees that time has passed before it sees what arrived in the meantime.
        const checks = state.checks + 1;
        this.#state = { ...state, checks };
        return nowMs - state.atMs >= this.#patienceMs && checks >= MIN_CHECKS ? 'dead' : 'wait';
      }
      case 'answered':
        return 'wait';
    }
  }

  get #patienceMs(): number {
    return Math.max(this.#options.answerMs, PATIENCE_BY_ANSWER * (this.#slowestAnswerMs ?? 0));
  }
}

const WATCHING: State = { name: 'watching' };
const ANSWERED: State = { name: 'answered' };
const MIN_SUSPICIOUS_SILENCE_MS = 1_000;
const PATIENCE_BY_ANSWER = 4;
const MIN_CHECKS = 3;
