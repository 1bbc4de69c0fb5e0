/** What a connection brings: frames for the streams, replies to requests, requests that want an answer, and its end. */
import type { RtspRequest, RtspResponse } from '../message/rtsp-message.ts';
import { RtspError } from '../rtsp-error.ts';
import type { InterleavedChannels, Routing } from '../transport/interleaved-channels.ts';
import type { AttemptEnd } from './attempt-options.ts';
import type { DeviationLog } from './deviation-log.ts';
import type { MediaStreams } from './media-streams.ts';
import type { Requester } from './requester.ts';
import type { ConnectionSink } from './rtsp-connection.ts';
import { answerServerRequest } from './server-requests.ts';
import type { SessionIdentity } from './session-identity.ts';

export interface IncomingOptions {
  readonly peer: string;
  readonly channels: InterleavedChannels;
  readonly streams: MediaStreams;
  readonly requester: Requester;
  readonly identity: SessionIdentity;
  readonly deviations: DeviationLog;
  readonly send: (bytes: Uint8Array) => void;
  /** The camera, or the connection, has ended the session. */
  readonly end: (end: AttemptEnd) => void;
}

export class Incoming implements ConnectionSink {
  readonly #options: IncomingOptions;

  constructor(options: IncomingOptions) {
    this.#options = options;
  }

  onFrame(channel: number, payload: Uint8Array, arrivalTimeUs: number): void {
    const routing = this.#options.channels.route(channel, payload, arrivalTimeUs);
    if (routing !== 'routed') this.#noteRouting(routing);
  }

  onMessage(message: RtspResponse | RtspRequest): void {
    if (message.kind === 'response') this.#options.requester.onReply(message);
    else this.#onRequest(message);
  }

  onFault(reason: string): void {
    this.#options.deviations.note(reason, PARSER_FAULTS[reason] ?? 'The camera deviates from the standard');
  }

  onClosed(error: RtspError): void {
    this.#options.requester.fail(error);
    this.#options.end({ kind: 'failed', error });
  }

  #onRequest(request: RtspRequest): void {
    const { send, deviations, identity, end, peer } = this.#options;
    const { bytes, consequence } = answerServerRequest(request);
    send(bytes);
    const ended = () => new RtspError('closed-by-peer', 'The camera ended the session', { peer });
    switch (consequence.kind) {
      case 'none':
        return;
      case 'announced':
        deviations.note('announced', 'The camera announced a change of its stream');
        return;
      case 'redirected':
        end({ kind: 'redirected', location: consequence.location, error: ended() });
        return;
      case 'ended':
        // There is nothing left to tear down.
        identity.id = undefined;
        end({ kind: 'failed', error: ended() });
    }
  }

  #noteRouting(routing: Exclude<Routing, 'routed'>): void {
    const { deviations, streams } = this.#options;
    // Before a stream is set up no frame can be its own.
    const isSetUp = streams.transportKind !== undefined;
    if (routing === 'rerouted') {
      deviations.note('channel-mixed', 'The camera mixes media and its reports on one channel');
    } else if (routing === 'empty') {
      deviations.count('empty-frame');
    } else if (isSetUp) {
      deviations.note('channel-unassigned', 'The camera sends on a channel that was not asked for');
    } else {
      deviations.note('stale-session', 'The camera sends data of an earlier session, which its firmware does not end');
    }
  }
}

const PARSER_FAULTS: Readonly<Record<string, string>> = {
  'content-length-too-large': 'The camera states a wrong length for its description',
  'content-length-missing': 'The camera does not state the length of its description',
  'header-line-without-colon': 'The camera sends a header line that cannot be read',
  'unknown-rtsp-version': 'The camera states a version of RTSP that is not known',
  resynchronised: 'The camera sent bytes that are not RTSP; they were skipped',
};
