/**
 * The codec parameter for WebCodecs, MSE and `<video type>`: avc1.PPCCLL, the three bytes of the SPS behind its header in
 * hex (RFC 6381 §3.3). Undefined for what is too short to be an SPS.
 */
export function h264CodecString(sequenceParameterSet: Uint8Array): string | undefined {
  if (sequenceParameterSet.length < 4) return undefined;
  const hex = Array.from(sequenceParameterSet.subarray(1, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return `avc1.${hex.join('')}`;
}
