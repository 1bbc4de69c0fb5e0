/**
 * Parses SDP (RFC 8866) the way cameras write it. A player only needs `m=`, `a=` and a little of `c=`, so nothing else is
 * read, and no line can make parsing fail. docs/rtsp-interop.md#descriptions lists who breaks what.
 */
import { splitAttribute } from './attribute.ts';
import { type MediaDescription, MediaDescriptionBuilder } from './media-description.ts';

export interface SessionDescription {
  /** Session-level `a=control`. */
  readonly control: string | undefined;
  /** `a=tool`, which identifies buggy servers. */
  readonly tool: string | undefined;
  readonly medias: readonly MediaDescription[];
  /** Number of lines that were not `x=…`. */
  readonly skippedLines: number;
}

export function parseSessionDescription(body: Uint8Array): SessionDescription {
  const attributes = new Map<string, string>();
  const medias: MediaDescriptionBuilder[] = [];
  let connection: string | undefined;
  let skippedLines = 0;

  for (const rawLine of decodeText(body).split(/\r\n|\r|\n/)) {
    const line = rawLine.trim();
    if (line === '') continue;
    const match = /^([A-Za-z])\s*=\s*(.*)$/.exec(line);
    const [, key, value = ''] = match ?? [];
    const media = medias.at(-1);
    if (key === undefined) skippedLines++;
    else if (key === 'm') {
      if (medias.length < MAX_MEDIAS) medias.push(new MediaDescriptionBuilder(value));
    } else if (key === 'c' && media) media.connection ??= readConnectionAddress(value);
    else if (key === 'c') connection ??= readConnectionAddress(value);
    else if (key === 'a' && media) media.addAttribute(value);
    else if (key === 'a') {
      const { name, text } = splitAttribute(value);
      if (!attributes.has(name)) attributes.set(name, text);
    }
  }

  const built = medias.map((media) => media.build(connection, attributes));
  return {
    control: attributes.get('control'),
    tool: attributes.get('tool'),
    medias: adoptStrayFormats(built),
    skippedLines,
  };
}

const MAX_MEDIAS = 64;

/** Decodes UTF-8 without its byte order mark, or latin-1, which accepts every byte. */
function decodeText(body: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // Place names in latin-1 are common in `s=` and `i=`.
    text = Buffer.from(body.buffer, body.byteOffset, body.length)
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, '');
  }
  return text.replace(/\0/g, '').replace(/^\ufeff/, '');
}

/** The first word of `c=` that could be an address. Skips `IN`, `IP4` and their misspellings. */
function readConnectionAddress(value: string): string | undefined {
  const candidate = value.split(/\s+/).find((word) => /^[0-9a-f:.]+(?:\/\d+)*$/i.test(word) && /[.:]/.test(word));
  return candidate?.replace(/\/.*$/, '');
}

/** Cameras may put one media's `fmtp` under another (WebRTC#419). The media that alone lists its payload type gets it. */
function adoptStrayFormats(medias: readonly MediaDescription[]): readonly MediaDescription[] {
  return medias.map((media) => {
    const missing = media.formats.filter((format) => format.parameters.size === 0);
    if (missing.length === 0) return media;
    const formats = media.formats.map((format) => {
      if (format.parameters.size > 0) return format;
      const isShared = medias.some(
        (other) => other !== media && other.formats.some((own) => own.payloadType === format.payloadType),
      );
      const stray = medias
        .map((other) => other.strayParameters.get(format.payloadType))
        .find((found) => found !== undefined);
      return isShared || stray === undefined ? format : { ...format, parameters: stray };
    });
    return { ...media, formats };
  });
}
