/** TCP for rtsp, TLS for rtsps, with bytes read into one buffer of our own. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '../api.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';

export interface OpenSocketOptions {
  readonly url: RtspUrl;
  readonly tls: TlsTrust | undefined;
  /** @param bytes A view that the next read overwrites. */
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onConnected: () => void;
  /** The certificate is not the one that was pinned. */
  readonly onUntrusted: () => void;
}

export function openSocket({ url, tls, onBytes, onConnected, onUntrusted }: OpenSocketOptions): Socket {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    callback: (length: number, buffer: Uint8Array) => {
      onBytes(buffer.subarray(0, length));
      return true;
    },
  };
  const address = { host: url.host, port: url.port, noDelay: true, onread };
  if (!url.secure) return connect(address).once('connect', onConnected);

  const pinned = tls !== undefined && 'fingerprint256' in tls ? normaliseFingerprint(tls.fingerprint256) : undefined;
  const socket: TLSSocket = connectTls({
    ...address,
    // Server name indication is for names only (RFC 6066 §3).
    servername: /^[\d.]+$|:/.test(url.host) ? '' : url.host,
    rejectUnauthorized: !(pinned !== undefined || (tls !== undefined && 'insecure' in tls)),
    ...(tls !== undefined && 'ca' in tls ? { ca: [tls.ca] } : {}),
  });
  return socket.once('secureConnect', () => {
    const fingerprint = normaliseFingerprint(socket.getPeerCertificate().fingerprint256 ?? '');
    if (pinned === undefined || fingerprint === pinned) onConnected();
    else onUntrusted();
  });
}

const READ_BUFFER_BYTES = 65_536;

/** With or without colons, any case. */
function normaliseFingerprint(text: string): string {
  return text.replace(/[^0-9a-f]/gi, '').toUpperCase();
}
