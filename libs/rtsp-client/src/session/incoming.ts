/** Dispatches what a connection brings: frames to streams, replies to requests, requests of the camera, and its end. */
import type { RtspRequest, RtspResponse } from '../message/rtsp-message.ts';
import { RtspError } from '../rtsp-error.ts';
import type { InterleavedChannels, Routing } from '../transport/interleaved-channels.ts';
import type { AttemptScope } from './attempt-scope.ts';
import type { MediaStreams } from './media-streams.ts';
import type { Requester } from './requester.ts';
import type { ConnectionSink } from './rtsp-connection.ts';
import { answerServerRequest } from './server-requests.ts';
import type { SessionIdentity } from './session-identity.ts';

export class Incoming implements ConnectionSink {
  readonly #scope: AttemptScope;
  readonly #channels: InterleavedChannels;
  readonly #streams: MediaStreams;
  readonly #requester: Requester;
  readonly #identity: SessionIdentity;

  constructor(
    scope: AttemptScope,
    channels: InterleavedChannels,
    streams: MediaStreams,
    requester: Requester,
    identity: SessionIdentity,
  ) {
    this.#scope = scope;
    this.#channels = channels;
    this.#streams = streams;
    this.#requester = requester;
    this.#identity = identity;
  }

  onFrame(channel: number, payload: Uint8Array, arrivalTimeUs: number): void {
    const routing = this.#channels.route(channel, payload, arrivalTimeUs);
    if (routing !== 'routed') this.#noteRouting(routing);
  }

  onMessage(message: RtspResponse | RtspRequest): void {
    if (message.kind === 'response') this.#requester.onReply(message);
    else this.#onRequest(message);
  }

  onFault(reason: string): void {
    this.#scope.deviations.note(reason, PARSER_FAULTS[reason] ?? 'The camera deviates from the standard');
  }

  onClosed(error: RtspError): void {
    this.#requester.fail(error);
    this.#streams.flush();
    this.#scope.ending.fail(error);
  }

  #onRequest(request: RtspRequest): void {
    const { deviations, ending, peer } = this.#scope;
    const { bytes, consequence } = answerServerRequest(request);
    this.#requester.connection?.send(bytes);
    const ended = () => new RtspError('closed-by-peer', 'The camera ended the session', { peer });
    switch (consequence.kind) {
      case 'none':
        return;
      case 'announced':
        deviations.note('announced', 'The camera announced a change of its stream');
        return;
      case 'redirected':
        ending.request({ kind: 'redirected', location: consequence.location, error: ended() });
        return;
      case 'ended':
        // Nothing is left to tear down.
        this.#identity.id = undefined;
        ending.fail(ended());
    }
  }

  #noteRouting(routing: Exclude<Routing, 'routed'>): void {
    const { deviations } = this.#scope;
    // No frame can belong to a stream that is not set up yet.
    const isSetUp = this.#streams.transportKind !== undefined;
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
