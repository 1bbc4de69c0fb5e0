/** The `Transport` header (RFC 2326 §12.39). Tolerates the deviations in docs/rtsp-interop.md#transport; nothing in it is fatal. */
export interface TransportHeader {
  /** `interleaved` counts as TCP even when the profile does not say so (Escam Q6). */
  readonly lowerTransport: 'tcp' | 'udp';
  readonly isMulticast: boolean;
  /** The RTP and RTCP channels. */
  readonly interleaved: readonly [number, number] | undefined;
  /** Undefined when absent, zero or unreadable (mediamtx#396): then learned from the first packets. */
  readonly serverPorts: readonly [number, number] | undefined;
  /** Ports of the multicast group. */
  readonly ports: readonly [number, number] | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly ssrc: number | undefined;
}

/** Parses the first transport of the header. */
export function parseTransportHeader(value: string): TransportHeader {
  // Commas separate transports, but Victure PC730 puts one between parameters (mediamtx#762).
  const parts = value.split(/[;,]/).map((part) => part.trim());
  const nextTransport = parts.findIndex((part, index) => index > 0 && /^RTP\/S?AVPF?\b/i.test(part));
  const own = nextTransport < 0 ? parts : parts.slice(0, nextTransport);

  const parameters = new Map<string, string>();
  for (const part of own) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (!parameters.has(name))
      parameters.set(
        name,
        equals < 0
          ? ''
          : part
              .slice(equals + 1)
              .trim()
              .replace(/^"|"$/g, ''),
      );
  }

  const interleaved = parsePair(parameters.get('interleaved'), 0, 255);
  return {
    lowerTransport: interleaved !== undefined || /\/TCP\b/i.test(own[0] ?? '') ? 'tcp' : 'udp',
    isMulticast: parameters.has('multicast'),
    interleaved,
    serverPorts: parsePair(parameters.get('server_port'), 1, 65_535),
    ports: parsePair(parameters.get('port'), 1, 65_535),
    source: nonEmpty(parameters.get('source')),
    destination: nonEmpty(parameters.get('destination')),
    ssrc: parseSsrc(parameters.get('ssrc')),
  };
}

/** `n-m`, or `n` for n and n+1. */
function parsePair(value: string | undefined, min: number, max: number): readonly [number, number] | undefined {
  const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(value ?? '');
  if (match === null) return undefined;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first >= min && second >= min && first <= max && second <= max && first !== second
    ? [first, second]
    : undefined;
}

/** Hexadecimal. h264dvr sends 0 for "unknown"; others prefix `0x` (retina PR#138) or send seven digits (retina#128). */
function parseSsrc(value: string | undefined): number | undefined {
  const digits = (value ?? '').trim().replace(/^0x/i, '');
  if (!/^[0-9a-f]{1,8}$/i.test(digits)) return undefined;
  const ssrc = Number.parseInt(digits, 16);
  return ssrc === 0 ? undefined : ssrc;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
