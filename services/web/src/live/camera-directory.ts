/**
 * The cameras of this page: reads the list (GET /api/cameras), keeps one feed per camera, refreshes readings twice a
 * second, and watches nothing while nobody can see the page.
 */
import type { CameraView } from '@oriel/stream-protocol';
import type { CameraFeed } from './camera-feed.ts';
import type { ViewerConnection } from './viewer-connection.ts';

export type DirectoryStatus =
  | { readonly status: 'loading' }
  | { readonly status: 'ready' }
  | { readonly status: 'signed-out' }
  /** The list could not be fetched. Retries automatically. */
  | { readonly status: 'failed'; readonly message: string };

export interface DirectorySnapshot {
  readonly list: DirectoryStatus;
  readonly feeds: readonly CameraFeed[];
}

/** The result of GET /api/cameras. */
export type CameraListAnswer =
  | { readonly ok: true; readonly cameras: readonly CameraView[] }
  | { readonly ok: false; readonly signedOut: boolean; readonly message: string };

export interface CameraDirectoryDeps {
  readonly connection: ViewerConnection;
  readonly fetchCameras: () => Promise<CameraListAnswer>;
  readonly createFeed: (view: CameraView) => CameraFeed;
}

export class CameraDirectory {
  readonly #deps: CameraDirectoryDeps;
  readonly #feeds = new Map<string, CameraFeed>();
  readonly #listeners = new Set<() => void>();
  readonly #endings: (() => void)[] = [];
  #snapshot: DirectorySnapshot = { list: { status: 'loading' }, feeds: [] };
  #isHidden = false;
  #isPaused = false;
  #isLoading = false;
  /** A load was requested while another was under way, whose answer may already be out of date. */
  #isAskedAgain = false;
  #pauseTimer: ReturnType<typeof setTimeout> | undefined;
  #loadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: CameraDirectoryDeps) {
    this.#deps = deps;
  }

  get snapshot(): DirectorySnapshot {
    return this.#snapshot;
  }

  feed(id: string): CameraFeed | undefined {
    return this.#feeds.get(id);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const { connection } = this.#deps;
    const beat = setInterval(() => this.#tickFeeds(), READINGS_INTERVAL_MS);
    this.#endings.push(
      () => clearInterval(beat),
      connection.onState(() => this.#onConnectionState()),
      connection.onCameras(() => void this.load()),
    );
    void this.load();
  }

  stop(): void {
    for (const end of this.#endings.splice(0)) end();
    clearTimeout(this.#pauseTimer);
    clearTimeout(this.#loadTimer);
    for (const feed of this.#feeds.values()) feed.dispose();
    this.#feeds.clear();
  }

  /** Fetches the list now and schedules the next fetch. Runs one request at a time. */
  async load(): Promise<void> {
    this.#isAskedAgain = this.#isLoading;
    if (this.#isLoading) return;
    this.#isLoading = true;
    clearTimeout(this.#loadTimer);
    const answer = await this.#deps.fetchCameras();
    this.#isLoading = false;
    if (answer.ok) this.#take(answer.cameras);
    else this.#onLoadFailed(answer.signedOut, answer.message);
    if (this.#isAskedAgain) return this.load();
    this.#loadTimer = setTimeout(() => void this.load(), answer.ok ? RELOAD_MS : RETRY_MS);
  }

  /** Call when the page is hidden or shown. Watching survives a short look at another tab, and pauses after a longer one. */
  setPageHidden(isHidden: boolean): void {
    this.#isHidden = isHidden;
    clearTimeout(this.#pauseTimer);
    for (const feed of this.#feeds.values()) feed.setPageHidden(isHidden);
    if (isHidden) this.#pauseTimer = setTimeout(() => this.#setPaused(true), HIDDEN_GRACE_MS);
    else this.#setPaused(false);
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    for (const feed of this.#feeds.values()) feed.setPaused(isPaused);
  }

  #tickFeeds(): void {
    if (this.#isHidden) return;
    for (const feed of this.#feeds.values()) if (feed.isOnScreen) feed.tick();
  }

  #onConnectionState(): void {
    for (const feed of this.#feeds.values()) feed.connectionChanged();
    // Cameras may have changed while the connection was down, and a refusal may mean that we are signed out.
    if (this.#deps.connection.state.status !== 'lost') void this.load();
  }

  #onLoadFailed(signedOut: boolean, message: string): void {
    if (signedOut) this.#publish({ list: { status: 'signed-out' }, feeds: [] });
    // Keeps an existing list, because pictures may still arrive.
    else if (this.#feeds.size === 0) this.#publish({ list: { status: 'failed', message }, feeds: [] });
  }

  #take(cameras: readonly CameraView[]): void {
    const known = this.#snapshot.feeds;
    const feeds = cameras.map((view) => this.#feedFor(view));
    const ids = new Set(cameras.map(({ id }) => id));
    for (const [id, feed] of this.#feeds) {
      if (ids.has(id)) continue;
      this.#feeds.delete(id);
      feed.dispose();
    }
    const isSame = feeds.length === known.length && feeds.every((feed, i) => feed === known[i]);
    if (!isSame || this.#snapshot.list.status !== 'ready') this.#publish({ list: { status: 'ready' }, feeds });
  }

  #feedFor(view: CameraView): CameraFeed {
    const known = this.#feeds.get(view.id);
    if (known) {
      known.update(view);
      return known;
    }
    const feed = this.#deps.createFeed(view);
    feed.setPageHidden(this.#isHidden);
    feed.setPaused(this.#isPaused);
    this.#feeds.set(view.id, feed);
    return feed;
  }

  #publish(snapshot: DirectorySnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

const READINGS_INTERVAL_MS = 500;
const HIDDEN_GRACE_MS = 5_000;
const RELOAD_MS = 30_000;
const RETRY_MS = 5_000;
