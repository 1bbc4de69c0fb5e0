/** Formats numbers for people: only meaningful digits, and a unit. */

export function framesPerSecondText(framesPerSecond: number): string {
  return framesPerSecond >= 9.95 ? String(Math.round(framesPerSecond)) : framesPerSecond.toFixed(1);
}

/** Formats a frame age or another short time. */
export function durationText(durationMs: number | undefined): string {
  if (durationMs === undefined) return NOTHING;
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 10_000) return `${(durationMs / 1_000).toFixed(1)} s`;
  if (durationMs < 120_000) return `${Math.round(durationMs / 1_000)} s`;
  if (durationMs < 7_200_000) return `${Math.round(durationMs / 60_000)} min`;
  return `${Math.round(durationMs / 3_600_000)} h`;
}

export function bitrateText(bitsPerSecond: number): string {
  if (bitsPerSecond >= 9_950_000) return `${Math.round(bitsPerSecond / 1_000_000)} Mbit/s`;
  if (bitsPerSecond >= 1_000_000) return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1_000)} kbit/s`;
}

/** 1234567 → 1 234 567, with narrow no-break spaces. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function resolutionText(picture: { width?: number; height?: number } | undefined): string {
  return picture?.width && picture.height ? `${picture.width} × ${picture.height}` : NOTHING;
}

/** Placeholder for an unknown number. */
export const NOTHING = '–';
