/**
 * Widths in pixels that pictures are scaled to. Every width of a camera costs an encode, so page and gateway round
 * requests to these few steps: tiles of nearly the same size share one.
 */
export const WIDTH_LADDER_PIXELS = [160, 320, 480, 640, 960, 1280, 1920, 2560, 3840] as const;
