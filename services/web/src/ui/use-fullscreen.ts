import { useCallback, useSyncExternalStore } from 'react';

/** Shows the whole page in full screen; CSS hides its bars. No `toggle` where pages cannot do this, as on an iPhone. */
export function useFullscreen(): { isFullscreen: boolean; toggle: (() => void) | undefined } {
  const isFullscreen = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  const toggle = useCallback(() => {
    // If the browser refuses, the page stays as it is.
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
    change.catch(() => {});
  }, []);
  return { isFullscreen, toggle: document.fullscreenEnabled ? toggle : undefined };
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}
