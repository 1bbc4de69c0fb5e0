import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CameraFeed } from '../live/camera-feed.ts';
import { CameraTile } from './CameraTile.tsx';
import { type GridLayout, gridLayout } from './grid-layout.ts';
import { useShortcuts } from './use-shortcuts.ts';

interface CameraGridProps {
  feeds: readonly CameraFeed[];
  showsDetails: boolean;
  /** The camera that the person comes back from: its tile gets the focus. */
  cameFrom?: string | undefined;
}

/** All cameras, each as large as the window allows. */
export function CameraGrid({ feeds, showsDetails, cameFrom }: CameraGridProps) {
  const area = useRef<HTMLElement>(null);
  const [layout, setLayout] = useState<GridLayout>();

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    const measure = () => setLayout((before) => unlessSame(before, measured(element, feeds.length)));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [feeds.length]);

  const isLaidOut = layout !== undefined;
  useEffect(() => {
    if (isLaidOut && cameFrom !== undefined) focusTile(cameFrom);
  }, [isLaidOut, cameFrom]);

  const columns = layout?.columns ?? 1;
  useShortcuts(
    useMemo(
      () =>
        new Map([
          ['ArrowLeft', () => moveFocus(feeds, -1)],
          ['ArrowRight', () => moveFocus(feeds, 1)],
          ['ArrowUp', () => moveFocus(feeds, -columns)],
          ['ArrowDown', () => moveFocus(feeds, columns)],
        ]),
      [feeds, columns],
    ),
  );

  const style = layout && ({ '--columns': layout.columns, '--tile-width': `${layout.tileWidth}px` } as CSSProperties);
  return (
    <main className="grid-area" ref={area}>
      <h1 className="visually-hidden">Cameras</h1>
      <div className="grid" style={style}>
        {layout && feeds.map((feed) => <CameraTile key={feed.id} feed={feed} showsDetails={showsDetails} />)}
      </div>
    </main>
  );
}

const GAP_PIXELS = 8;

function measured(element: HTMLElement, tiles: number): GridLayout {
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(element);
  return gridLayout(tiles, {
    width: element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight),
    height: element.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom),
    gap: GAP_PIXELS,
  });
}

function unlessSame(before: GridLayout | undefined, next: GridLayout): GridLayout {
  return before?.columns === next.columns && before.tileWidth === next.tileWidth ? before : next;
}

/** Moves the focus by this many tiles; to the first tile if none has the focus. */
function moveFocus(feeds: readonly CameraFeed[], step: number): void {
  const focused = document.activeElement?.getAttribute('data-tile');
  const index = feeds.findIndex(({ id }) => id === focused);
  const next = index === -1 ? feeds[0] : feeds[index + step];
  if (next) focusTile(next.id);
}

function focusTile(cameraId: string): void {
  document.querySelector<HTMLElement>(`[data-tile="${CSS.escape(cameraId)}"]`)?.focus();
}
