/** The transport that a client requests in SETUP (RFC 2326 §12.39). */
export type RequestedTransport =
  | { readonly type: 'tcp'; readonly rtpChannel: number; readonly rtcpChannel: number }
  | { readonly type: 'udp'; readonly rtpPort: number; readonly rtcpPort: number };

/** The first supported alternative; undefined when there is none. TCP without channels gets `freeChannel`. */
export function parseTransport(header: string, freeChannel: number): RequestedTransport | undefined {
  for (const alternative of header.split(',')) {
    const [protocol = '', ...parameters] = alternative.trim().split(';');
    if (protocol.toUpperCase() === 'RTP/AVP/TCP') {
      const channels = range(parameters, 'interleaved') ?? [freeChannel, freeChannel + 1];
      if (channels.every((channel) => channel <= 255)) {
        return { type: 'tcp', rtpChannel: channels[0], rtcpChannel: channels[1] };
      }
    }
    if (
      /^RTP\/AVP(\/UDP)?$/i.test(protocol) &&
      !parameters.some((parameter) => /^multicast$/i.test(parameter.trim()))
    ) {
      const ports = range(parameters, 'client_port');
      if (ports?.every((port) => port > 0 && port <= 65_535))
        return { type: 'udp', rtpPort: ports[0], rtcpPort: ports[1] };
    }
  }
  return undefined;
}

function range(parameters: readonly string[], name: string): [number, number] | undefined {
  for (const parameter of parameters) {
    const match = new RegExp(`^\\s*${name}=(\\d{1,5})(?:-(\\d{1,5}))?\\s*$`, 'i').exec(parameter);
    if (match) return [Number(match[1]), Number(match[2] ?? Number(match[1]) + 1)];
  }
  return undefined;
}
