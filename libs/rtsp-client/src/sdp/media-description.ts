/** Parses one `m=` section of an SDP, with the attributes that a player needs (RFC 8866 §5.14, §6.6, §6.15). */
import { splitAttribute } from './attribute.ts';
import { type FormatParameters, parseFormatParameters } from './format-parameters.ts';
import { parseRtpMap, type RtpMap, STATIC_RTP_MAPS } from './rtp-map.ts';

export interface MediaFormat {
  readonly payloadType: number;
  /** From `a=rtpmap`, else from the static table of RFC 3551 §6; undefined when neither has one. */
  readonly rtpMap: RtpMap | undefined;
  readonly parameters: FormatParameters;
}

export interface MediaDescription {
  /** `video`, `audio`, `application` or whatever else the camera wrote, in lower case. */
  readonly kind: string;
  readonly protocol: string;
  /** In `m=` line order. */
  readonly formats: readonly MediaFormat[];
  readonly control: string | undefined;
  /** Address in `c=`: the multicast group, or the camera's own. */
  readonly connection: string | undefined;
  readonly port: number;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' | undefined;
  /** `a=fmtp` of payload types that the `m=` line does not list. */
  readonly strayParameters: ReadonlyMap<number, FormatParameters>;
}

/**
 * Whether the profile on the `m=` line is readable RTP. On an encrypted connection, a camera may name the secure profile (RFC 3711) and still
 * send plain RTP inside TLS to clients that ask for `RTP/AVP/TCP`, as MediaMTX does.
 */
export function isReadableRtp({ protocol }: MediaDescription, isConnectionEncrypted: boolean): boolean {
  return /^(RTP\/AVPF?)?(\/|$)/.test(protocol) || (isConnectionEncrypted && isSecureRtp(protocol));
}

/** SRTP profiles: RFC 3711 §11, RFC 5124. */
export function isSecureRtp(protocol: string): boolean {
  return /^RTP\/SAVPF?(\/|$)/.test(protocol);
}

export class MediaDescriptionBuilder {
  connection: string | undefined;
  readonly #kind: string;
  readonly #protocol: string;
  readonly #port: number;
  readonly #payloadTypes: readonly number[];
  readonly #attributes = new Map<string, string>();
  readonly #rtpMaps = new Map<number, RtpMap>();
  readonly #parameters = new Map<number, FormatParameters>();
  #direction: MediaDescription['direction'];

  constructor(mediaLine: string) {
    const [kind = '', port = '', protocol = '', ...formats] = mediaLine.split(/[\s]+/);
    this.#kind = kind.toLowerCase();
    this.#port = Number.parseInt(port, 10) || 0;
    this.#protocol = protocol.toUpperCase();
    // Skips words such as TP-Link's `smart/1/90000` in the place of payload types (gortsplib#271).
    const numbers = formats.filter((word) => /^\d{1,3}$/.test(word)).map(Number);
    this.#payloadTypes = [...new Set(numbers.filter((payloadType) => payloadType <= 127))];
  }

  addAttribute(line: string): void {
    const { name, text } = splitAttribute(line);
    if (name === 'rtpmap') this.#addRtpMap(text);
    else if (name === 'fmtp') this.#addParameters(text);
    else if (DIRECTIONS.has(name)) this.#direction = name as MediaDescription['direction'];
    else if (!this.#attributes.has(name) && this.#attributes.size < MAX_ATTRIBUTES) this.#attributes.set(name, text);
  }

  build(sessionConnection: string | undefined, sessionAttributes: ReadonlyMap<string, string>): MediaDescription {
    const inherited = [...DIRECTIONS].find((direction) =>
      sessionAttributes.has(direction),
    ) as MediaDescription['direction'];
    const formats = this.#payloadTypes.map((payloadType) => ({
      payloadType,
      rtpMap: this.#rtpMaps.get(payloadType) ?? STATIC_RTP_MAPS.get(payloadType),
      parameters: this.#parameters.get(payloadType) ?? NO_PARAMETERS,
    }));
    const stray = [...this.#parameters].filter(([payloadType]) => !this.#payloadTypes.includes(payloadType));
    return {
      kind: this.#kind,
      protocol: this.#protocol,
      formats,
      control: this.#attributes.get('control'),
      connection: this.connection ?? sessionConnection,
      port: this.#port,
      direction: this.#direction ?? inherited,
      strayParameters: new Map(stray),
    };
  }

  #addRtpMap(text: string): void {
    const match = /^(\d{1,3})\s+(.*)$/.exec(text);
    const rtpMap = parseRtpMap(match?.[2] ?? '');
    if (match && rtpMap && this.#rtpMaps.size < MAX_ATTRIBUTES) this.#rtpMaps.set(Number(match[1]), rtpMap);
  }

  #addParameters(text: string): void {
    const match = /^(\d{1,3})(?:\s+(.*))?$/.exec(text);
    if (match === null || this.#parameters.size >= MAX_ATTRIBUTES) return;
    const payloadType = Number(match[1]);
    // Several lines for one payload type are merged; the first value of a name wins.
    const merged = new Map([...parseFormatParameters(match[2] ?? ''), ...(this.#parameters.get(payloadType) ?? [])]);
    this.#parameters.set(payloadType, merged);
  }
}

const MAX_ATTRIBUTES = 256;
const NO_PARAMETERS: FormatParameters = new Map();
const DIRECTIONS: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);
