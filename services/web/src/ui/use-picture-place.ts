import { type RefObject, useEffect, useLayoutEffect } from 'react';
import type { CameraFeed } from '../live/camera-feed.ts';
import { ladderWidth } from '../live/width-ladder.ts';

/** Puts the camera's picture into `host`. While that is on screen, requests the camera in the size shown. */
export function usePicturePlace(feed: CameraFeed, host: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    if (host.current) feed.surface.showIn(host.current);
  }, [feed, host]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let isOnScreen = false;
    let resizeTimer: ReturnType<typeof setTimeout> | undefined;

    const place = () => {
      if (isOnScreen) feed.setPlace(ladderWidth(pictureWidth(feed, element), window.devicePixelRatio));
    };
    const visibility = new IntersectionObserver(
      (entries) => {
        isOnScreen = entries.at(-1)?.isIntersecting ?? false;
        if (isOnScreen) place();
        else feed.setPlace(undefined);
      },
      { rootMargin: '10%' },
    );
    const size = new ResizeObserver(() => {
      clearTimeout(resizeTimer);
      resizeTimer = setTimeout(place, RESIZE_SETTLE_MS);
    });
    visibility.observe(element);
    size.observe(element);
    return () => {
      clearTimeout(resizeTimer);
      visibility.disconnect();
      size.disconnect();
      feed.setPlace(undefined);
    };
  }, [feed, host]);
}

/** A window being resized passes many sizes; only the last one is requested. */
const RESIZE_SETTLE_MS = 250;

/**
 * Width of the picture within its place. The picture is never cropped, so in a place of another shape it is narrower.
 */
function pictureWidth(feed: CameraFeed, { clientWidth, clientHeight }: HTMLElement): number {
  const { width = 16, height = 9 } = feed.snapshot.header ?? feed.snapshot.view;
  return Math.min(clientWidth, (clientHeight * width) / height);
}
