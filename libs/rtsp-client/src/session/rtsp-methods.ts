/** OPTIONS, DESCRIBE, SETUP and PLAY on an open connection (RFC 2326 §10, docs/rtsp-interop.md#dialogue). */

import type { SourceHint } from '@oriel/rtp';
import { parseMethodList } from '../message/method-list-header.ts';
import { parseRtpInfoHeader } from '../message/rtp-info-header.ts';
import type { HeaderFields, RtspResponse } from '../message/rtsp-message.ts';
import { parseTransportHeader } from '../message/transport-header.ts';
import { RtspError, type RtspErrorContext } from '../rtsp-error.ts';
import { type AudioTrack, chooseAudio } from '../sdp/choose-audio.ts';
import { type ChosenVideo, chooseVideo, type VideoTrack } from '../sdp/choose-video.ts';
import { parseSessionDescription } from '../sdp/session-description.ts';
import type { MediaTransport } from '../transport/media-transport.ts';
import { type DescribeLocation, resolveAggregateUrl, resolveBaseUrl, resolveControlUrl } from '../url/control-url.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';
import { Redirected, TransportRefused } from './attempt-end.ts';
import type { AttemptScope } from './attempt-scope.ts';
import type { Requester } from './requester.ts';
import type { RtspConnection } from './rtsp-connection.ts';
import type { SessionIdentity } from './session-identity.ts';
import { statusError } from './status-error.ts';

export interface DescribedTrack<Track> {
  readonly track: Track;
  readonly controlUrl: string;
}

export interface Description {
  readonly video: DescribedTrack<VideoTrack>;
  readonly audio: DescribedTrack<AudioTrack> | undefined;
  readonly aggregateUrl: string;
  readonly tool: string | undefined;
}

export class RtspMethods {
  readonly #url: RtspUrl;
  readonly #scope: AttemptScope;
  readonly #requester: Requester;
  readonly #identity: SessionIdentity;

  constructor(url: RtspUrl, scope: AttemptScope, requester: Requester, identity: SessionIdentity) {
    this.#url = url;
    this.#scope = scope;
    this.#requester = requester;
    this.#identity = identity;
  }

  /** The methods that the camera advertises; it may refuse (404, 405, 501) and still play. */
  async options(): Promise<ReadonlySet<string>> {
    const response = await this.#request('OPTIONS', this.#url.requestUri);
    if (!isSuccess(response)) this.#note('options-refused', 'The camera does not answer OPTIONS as it should');
    return parseMethodList(response.headers.getAll('Public'));
  }

  /** @throws RtspError `not-found`, `unsupported-media` and others by status. */
  async describe(connection: RtspConnection): Promise<Description> {
    const url = this.#url;
    connection.expectsDescription = true;
    const response = await this.#request('DESCRIBE', url.requestUri, [['Accept', 'application/sdp']]);
    connection.expectsDescription = false;
    if (!isSuccess(response)) throw this.#refused('DESCRIBE', response);
    this.#checkContentType(response);

    const description = parseSessionDescription(response.body);
    if (description.skippedLines > 0)
      this.#note('sdp-line', 'The camera describes its streams with lines that cannot be read');
    const chosen = chooseVideo(description, url.secure);
    if (!chosen.ok) throw new RtspError('unsupported-media', unsupportedMessage(chosen), this.#context('DESCRIBE'));
    if (chosen.track.hasWrongClockRate) this.#note('clock-rate', 'The camera states a wrong clock rate for its video');

    const location: DescribeLocation = {
      request: url,
      contentBase: response.headers.get('Content-Base'),
      contentLocation: response.headers.get('Content-Location'),
      sessionControl: description.control,
    };
    const described = <Track extends VideoTrack | AudioTrack>(track: Track): DescribedTrack<Track> => ({
      track,
      controlUrl: resolveControlUrl(resolveBaseUrl(location), track.media.control, url),
    });
    const audio = chooseAudio(description, url.secure);
    return {
      video: described(chosen.track),
      audio: audio && described(audio),
      aggregateUrl: resolveAggregateUrl(location),
      tool: description.tool,
    };
  }

  /** @returns what the camera announces of the stream. @throws TransportRefused when the camera wants another one. */
  async setup(controlUrl: string, transport: MediaTransport): Promise<SourceHint> {
    const fields: HeaderFields = [['Transport', transport.offer], ...this.#identity.fields];
    const response = await this.#request('SETUP', controlUrl, fields);
    if (response.statusCode === 461) throw new TransportRefused(this.#refused('SETUP', response));
    if (!isSuccess(response)) throw this.#refused('SETUP', response);
    const text = response.headers.get('Transport');
    const header = text === undefined ? undefined : parseTransportHeader(text);
    const verdict = await transport.accept(header).catch((cause: unknown) => {
      const message = 'The transport that the camera chose cannot be used on this machine';
      throw new RtspError('unsupported-transport', message, this.#context('SETUP'), { cause });
    });
    if (verdict === 'accepted') return { ssrc: header?.ssrc };
    const message = 'The camera answered with another transport than the one asked for';
    throw new TransportRefused(new RtspError('unsupported-transport', message, this.#context('SETUP')));
  }

  /**
   * @param setUpUrls Those that were set up.
   * @returns the URL that the camera accepted, for keepalive and TEARDOWN, and what it announces by the URL that was set up.
   */
  async play(
    aggregateUrl: string,
    controlUrl: string,
    setUpUrls: readonly string[],
  ): Promise<{ readonly target: string; readonly announced: ReadonlyMap<string, SourceHint> }> {
    // A Parrot device refuses PLAY without a range, others know none.
    let fields: HeaderFields = [...this.#identity.fields, ['Range', 'npt=0.000-']];
    let target = aggregateUrl;
    let response = await this.#request('PLAY', target, fields);
    if (response.statusCode === 455 || response.statusCode === 457) {
      this.#note('play-without-range', 'The camera refuses PLAY with a range');
      fields = this.#identity.fields;
      response = await this.#request('PLAY', target, fields);
    }
    if (response.statusCode === 459 || response.statusCode === 460) {
      this.#note('play-target', 'The camera takes PLAY only for the other of stream and presentation');
      target = controlUrl;
      response = await this.#request('PLAY', target, fields);
    }
    if (!isSuccess(response)) throw this.#refused('PLAY', response);
    return { target, announced: announcedOf(response, setUpUrls) };
  }

  async #request(method: string, uri: string, fields: HeaderFields = []): Promise<RtspResponse> {
    const response = await this.#requester.request(method, uri, { fields });
    if (this.#identity.update(response))
      this.#note('session-id-changed', 'The camera changes the id of the session; the first one is kept');
    if (method !== 'PLAY' && REDIRECTS.has(response.statusCode)) {
      throw new Redirected(response.headers.get('Location'), this.#refused(method, response));
    }
    return response;
  }

  #checkContentType(response: RtspResponse): void {
    const mediaType = response.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (mediaType === '') {
      this.#note('content-type-missing', 'The camera does not say that its description is SDP');
    } else if (mediaType !== 'application/sdp') {
      const message = 'The camera describes its streams in a format that is not SDP';
      if (!looksLikeSdp(response.body)) throw new RtspError('unsupported-media', message, this.#context('DESCRIBE'));
      this.#note('content-type-wrong', 'The camera calls its description something else than SDP');
    }
  }

  #refused(method: string, response: RtspResponse): RtspError {
    return statusError(response, this.#context(method), Date.now());
  }

  #context(method: string): RtspErrorContext {
    return { peer: this.#scope.peer, method, cSeq: this.#requester.lastCSeq };
  }

  #note(reason: string, message: string): void {
    this.#scope.deviations.note(reason, message);
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 305, 307, 308]);

/** Cameras write relative and wrong URLs there, and streams nobody set up; with one stream the first entry must be it. */
function announcedOf(response: RtspResponse, setUpUrls: readonly string[]): ReadonlyMap<string, SourceHint> {
  const infos = parseRtpInfoHeader(response.headers.get('RTP-Info') ?? '');
  const announced = new Map<string, SourceHint>();
  for (const url of setUpUrls) {
    const info = infos.find((one) => url.endsWith(one.url)) ?? (setUpUrls.length === 1 ? infos[0] : undefined);
    if (info !== undefined) announced.set(url, { rtpTimestamp: info.rtpTimestamp });
  }
  return announced;
}

function isSuccess(response: RtspResponse): boolean {
  return response.statusCode >= 200 && response.statusCode < 300;
}

function looksLikeSdp(body: Uint8Array): boolean {
  return /(?:^|[\r\n])(?:v=0|m=video)/.test(Buffer.from(body).toString('latin1'));
}

function unsupportedMessage({ offered, isEncrypted }: ChosenVideo & { ok: false }): string {
  if (isEncrypted) {
    return 'The camera encrypts its video with SRTP, which cannot be played: switch that off, or use an rtsps address';
  }
  if (offered.length === 0) return 'The camera offers no video at this address';
  return `The camera sends ${offered.join(', ')}, which cannot be played: choose H.264 in its settings`;
}
