import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { CameraDirectory, DirectorySnapshot } from '../live/camera-directory.ts';
import type { CameraFeed, FeedSnapshot } from '../live/camera-feed.ts';
import type { ConnectionState, ViewerConnection } from '../live/viewer-connection.ts';

/** Objects outside React that all components share. */
export interface LivePage {
  readonly connection: ViewerConnection;
  readonly directory: CameraDirectory;
}

export const LivePageContext = createContext<LivePage | undefined>(undefined);

export function useLivePage(): LivePage {
  const page = useContext(LivePageContext);
  if (!page) throw new TypeError('useLivePage outside of LivePageContext');
  return page;
}

export function useDirectory(): DirectorySnapshot {
  const { directory } = useLivePage();
  return useSyncExternalStore(
    useCallback((listener: () => void) => directory.subscribe(listener), [directory]),
    () => directory.snapshot,
  );
}

export function useConnectionState(): ConnectionState {
  const { connection } = useLivePage();
  return useSyncExternalStore(
    useCallback((listener: () => void) => connection.onState(listener), [connection]),
    () => connection.state,
  );
}

/** A camera's state and numbers, updated twice a second while it is on screen. */
export function useFeed(feed: CameraFeed): FeedSnapshot {
  return useSyncExternalStore(
    useCallback((listener: () => void) => feed.subscribe(listener), [feed]),
    () => feed.snapshot,
  );
}
