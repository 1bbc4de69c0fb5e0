import { useSyncExternalStore } from 'react';

/** `/` is all cameras, `/camera/<id>` is one of them. */
export interface Route {
  readonly cameraId?: string;
}

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  return parseRoute(path);
}

export const cameraPath = (cameraId: string): string => `/camera/${encodeURIComponent(cameraId)}`;

/** Opens a camera from the grid; Back returns to the grid. */
export function openCamera(cameraId: string): void {
  window.history.pushState({ fromGrid: true }, '', cameraPath(cameraId));
  notify();
}

/** Switches to a neighbour. Back still returns to the grid, not through every camera passed. */
export function switchCamera(cameraId: string): void {
  window.history.replaceState(window.history.state, '', cameraPath(cameraId));
  notify();
}

export function openGrid(): void {
  if ((window.history.state as { fromGrid?: boolean } | null)?.fromGrid) {
    window.history.back();
    return;
  }
  window.history.replaceState(null, '', '/');
  notify();
}

function parseRoute(path: string): Route {
  const id = /^\/camera\/([^/]+)\/?$/.exec(path)?.[1];
  if (id === undefined) return {};
  try {
    return { cameraId: decodeURIComponent(id) };
  } catch {
    // A hand-typed % that is not an escape: no camera has such an id.
    return { cameraId: id };
  }
}

const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}
