/**
 * One camera on this page: whether it is watched, its picture, its readings.
 *
 * Lives as long as the camera is on the list, so picture and counts survive the switch from grid to single view.
 * Frames bypass React, which only sees `snapshot`. That is renewed twice a second and whenever something changes.
 */
import type { CameraEvent, CameraView, FrameHeader, WatchReply } from '@oriel/stream-protocol';
import { AgeHistory } from './age-history.ts';
import { type CameraCondition, cameraCondition } from './camera-condition.ts';
import { type FrameReadings, FrameStatistics } from './frame-statistics.ts';
import type { MediaPath, MediaPathEvents, PictureSurface } from './media-path.ts';
import type { ReceivedFrame, ViewerConnection } from './viewer-connection.ts';

export interface CameraFeedDeps {
  readonly connection: ViewerConnection;
  readonly nowMs: () => number;
  /** Called once, at construction. */
  readonly createPath: (events: MediaPathEvents) => MediaPath;
}

export interface FeedSnapshot {
  readonly view: CameraView;
  readonly condition: CameraCondition;
  /** False once the user has disconnected the camera on this page. */
  readonly isWanted: boolean;
  /** Whether a picture is on the surface, fresh or old. */
  readonly hasPicture: boolean;
  readonly readings: FrameReadings;
  /** Header of the picture on the surface. */
  readonly header?: FrameHeader;
}

export class CameraFeed {
  readonly id: string;
  readonly ageHistory = new AgeHistory();
  readonly #deps: CameraFeedDeps;
  readonly #path: MediaPath;
  readonly #statistics = new FrameStatistics();
  readonly #listeners = new Set<() => void>();
  #view: CameraView;
  #header: FrameHeader | undefined;
  #refusal: string | undefined;
  #isWanted = true;
  #isPaused = false;
  /** Widest picture that its place on screen can use; undefined while off screen. */
  #maxWidth: number | undefined;
  /** Width last requested from the gateway; undefined while not watching. */
  #watchedWidth: number | undefined;
  #watchingSinceMs = 0;
  #leaveTimer: ReturnType<typeof setTimeout> | undefined;
  #snapshot: FeedSnapshot;

  constructor(view: CameraView, deps: CameraFeedDeps) {
    this.id = view.id;
    this.#view = view;
    this.#deps = deps;
    this.#path = deps.createPath({
      onShown: (frame) => this.#onShown(frame),
      onReplaced: ({ header }) => this.#statistics.replaced(header.skipped),
      onUndecodable: () => this.#statistics.undecodable(),
    });
    this.#snapshot = this.#read();
  }

  get snapshot(): FeedSnapshot {
    return this.#snapshot;
  }

  get surface(): PictureSurface {
    return this.#path.surface;
  }

  /** Calls back whenever `snapshot` is renewed. @returns unsubscribes */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Applies an entry of the camera list. For a watched camera whose state differs, its own events are newer and win. */
  update(view: CameraView): void {
    const eventIsNewer = this.#watchedWidth !== undefined && view.state !== this.#view.state;
    this.#view = eventIsNewer ? { ...this.#view, name: view.name } : view;
    this.refresh();
  }

  /**
   * Sets the widest useful picture in device pixels, or undefined when the picture is off screen. Watching then lasts
   * a moment longer, so that scrolling past and back or opening the single view does not restart it.
   */
  setPlace(maxWidth: number | undefined): void {
    clearTimeout(this.#leaveTimer);
    if (maxWidth === undefined) this.#leaveTimer = setTimeout(() => this.#leave(), LEAVE_MS);
    else {
      this.#maxWidth = maxWidth;
      this.#apply();
    }
  }

  /** Applies the user's Connect or Disconnect. */
  setWanted(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#apply();
    this.refresh();
  }

  /** Pauses watching while nobody can see the page. The camera stays wanted. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#apply();
  }

  setPageHidden(isHidden: boolean): void {
    this.#path.setHidden(isHidden);
  }

  /** Call when the connection comes or goes. Silence while it is lost does not count against the camera, but its picture ages. */
  connectionChanged(): void {
    this.#path.clear();
    this.#refusal = undefined;
    if (this.#deps.connection.state.status === 'connected') this.#startCounting();
    this.refresh();
  }

  /** Call twice a second for cameras on screen. */
  tick(): void {
    this.refresh();
    this.ageHistory.add(this.#isWanted ? this.#snapshot.readings.ageMs : undefined);
  }

  /** Renews the snapshot. */
  refresh(): void {
    this.#snapshot = this.#read();
    for (const listener of this.#listeners) listener();
  }

  get isOnScreen(): boolean {
    return this.#maxWidth !== undefined;
  }

  dispose(): void {
    clearTimeout(this.#leaveTimer);
    this.#leave();
    this.#listeners.clear();
  }

  #leave(): void {
    this.#maxWidth = undefined;
    this.#apply();
  }

  #apply(): void {
    const width = this.#isWanted && !this.#isPaused ? this.#maxWidth : undefined;
    if (width === this.#watchedWidth) return;
    const wasWatching = this.#watchedWidth !== undefined;
    this.#watchedWidth = width;
    if (width === undefined) {
      this.#deps.connection.unwatch(this.id);
      this.#path.clear();
      return;
    }
    if (!wasWatching) this.#startCounting();
    this.#deps.connection.watch(
      { camera: this.id, maxWidth: width },
      {
        onFrame: (frame) => this.#path.offer(frame),
        onCamera: (event) => this.#onCamera(event),
        onReply: (reply) => this.#onReply(reply),
      },
    );
  }

  #startCounting(): void {
    this.#statistics.resume();
    this.#watchingSinceMs = this.#deps.nowMs();
  }

  #onReply(reply: WatchReply): void {
    this.#refusal = reply.ok ? undefined : reply.error.message;
    this.refresh();
  }

  #onCamera({ camera, ...state }: CameraEvent): void {
    if (state.state === 'live' && this.#view.state !== 'live') this.#startCounting();
    // The event is the complete state; earlier fields, such as a reason, must not survive it.
    this.#view = { id: camera, name: this.#view.name, ...state };
    this.refresh();
  }

  #onShown({ header, data, arrivedAtMs }: ReceivedFrame): void {
    const isFirst = this.#statistics.lastShownAtMs === undefined;
    const shownAtMs = this.#deps.nowMs();
    const { clock } = this.#deps.connection;
    const shownServerMs = clock.toServerMs(shownAtMs);
    const arrivedServerMs = clock.toServerMs(arrivedAtMs);
    this.#header = header;
    this.#statistics.shown({
      shownAtMs,
      sizeBytes: data.byteLength,
      skipped: header.skipped,
      drawMs: shownAtMs - arrivedAtMs,
      ...(shownServerMs === undefined ? {} : { ageMs: Math.max(0, shownServerMs - header.receivedAtMs) }),
      serverMs: Math.max(0, header.sentAtMs - header.receivedAtMs),
      ...(arrivedServerMs === undefined ? {} : { networkMs: Math.max(0, arrivedServerMs - header.sentAtMs) }),
    });
    if (isFirst) this.refresh();
  }

  #read(): FeedSnapshot {
    const nowMs = this.#deps.nowMs();
    const { connection } = this.#deps;
    const usualIntervalMs = this.#statistics.usualIntervalMs;
    const lastShownAtMs = this.#statistics.lastShownAtMs;
    const serverNowMs = connection.clock.toServerMs(nowMs);
    // Off screen, no pictures are requested, so their absence says nothing about the camera.
    const isWatching = this.#watchedWidth !== undefined;
    return {
      view: this.#view,
      condition: cameraCondition({
        view: this.#view,
        isWanted: this.#isWanted,
        isConnected: connection.state.status === 'connected',
        hasPicture: this.#header !== undefined,
        hasFreshPicture: lastShownAtMs !== undefined || !isWatching,
        silentMs: isWatching ? nowMs - Math.max(lastShownAtMs ?? 0, this.#watchingSinceMs) : 0,
        ...(this.#refusal === undefined ? {} : { refusal: this.#refusal }),
        ...(usualIntervalMs === undefined ? {} : { usualIntervalMs }),
        ...(serverNowMs === undefined ? {} : { serverNowMs }),
      }),
      isWanted: this.#isWanted,
      hasPicture: this.#header !== undefined,
      readings: this.#statistics.readings(nowMs),
      ...(this.#header === undefined ? {} : { header: this.#header }),
    };
  }
}

const LEAVE_MS = 1_000;
