/**
 * Lays out 16:9 tiles as large as possible while all fit on the screen. If they would become too small, the page
 * scrolls.
 */
export interface GridLayout {
  readonly columns: number;
  /** Width in CSS pixels. */
  readonly tileWidth: number;
}

export interface GridSpace {
  /** Space for the tiles and the gaps between them, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

export function gridLayout(tiles: number, { width, height, gap }: GridSpace): GridLayout {
  if (width < NARROW_PIXELS) return { columns: 1, tileWidth: width };

  let best: GridLayout = { columns: 1, tileWidth: 0 };
  for (let columns = 1; columns <= tiles; columns++) {
    const rows = Math.ceil(tiles / columns);
    const tileWidth = Math.min(
      (width - gap * (columns - 1)) / columns,
      ((height - gap * (rows - 1)) / rows) * ASPECT_RATIO,
    );
    if (tileWidth > best.tileWidth) best = { columns, tileWidth };
  }
  if (best.tileWidth >= SMALLEST_TILE_PIXELS) return { columns: best.columns, tileWidth: Math.floor(best.tileWidth) };

  const columns = Math.max(1, Math.floor((width + gap) / (SMALLEST_TILE_PIXELS + gap)));
  return { columns, tileWidth: Math.floor((width - gap * (columns - 1)) / columns) };
}

const ASPECT_RATIO = 16 / 9;

/** Below this, a person does not recognise who stands at the door. */
const SMALLEST_TILE_PIXELS = 280;

/** A phone held upright: one tile below the other. */
const NARROW_PIXELS = 560;
