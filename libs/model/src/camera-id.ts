/** Rule for a camera's id in addresses, Redis keys, metrics and files: short, and safe in every file system and URL. */
export const CAMERA_ID_PATTERN = /^[a-z0-9-]{1,64}$/;

/** {@link CAMERA_ID_PATTERN} in words, to follow "a camera id is". */
export const CAMERA_ID_RULE = '1 to 64 of a-z, 0-9 and -';

export function isCameraId(text: string): boolean {
  return CAMERA_ID_PATTERN.test(text);
}
