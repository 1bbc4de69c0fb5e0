import { useCallback, useSyncExternalStore } from 'react';

/** The whole page fills the screen; its bars leave by CSS. No `toggle` where pages cannot, as on an iPhone. */
export function useFullscreen(): { isFullscreen: boolean; toggle: (() => void) | undefined } {
  const isFullscreen = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  const toggle = useCallback(() => {
    // The browser may refuse, then the page stays as it is.
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
