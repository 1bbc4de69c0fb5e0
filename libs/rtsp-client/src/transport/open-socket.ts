/** Opens TCP for rtsp or TLS for rtsps, reading into one reused buffer. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import type { ByteChannel, ByteChannelSink } from './byte-channel.ts';

export interface OpenSocketOptions {
  readonly address: { readonly host: string; readonly port: number; readonly secure: boolean };
  /** Host and port, for error messages. */
  readonly peer: string;
  readonly tls: TlsTrust | undefined;
  readonly sink: ByteChannelSink;
}

export function openSocket(options: OpenSocketOptions): ByteChannel {
  const { sink } = options;
  const socket = createSocket(options);
  socket.on('error', (error) => sink.onError(error));
  socket.on('end', () => sink.onEnd());
  socket.on('close', () => sink.onEnd());
  return {
    get localAddress() {
      return socket.localAddress;
    },
    get remoteAddress() {
      return socket.remoteAddress;
    },
    write: (bytes, onWritten) => void socket.write(bytes, () => onWritten()),
    destroy: () => {
      socket.end();
      socket.destroy();
    },
  };
}

function createSocket({ address: { host, port, secure }, peer, tls, sink }: OpenSocketOptions): Socket {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    callback: (length: number, buffer: Uint8Array) => {
      sink.onBytes(buffer.subarray(0, length));
      return true;
    },
  };
  const address = { host, port, noDelay: true, onread };
  if (!secure) return connect(address).once('connect', () => sink.onConnected());

  const pinned = tls !== undefined && 'fingerprint256' in tls ? normaliseFingerprint(tls.fingerprint256) : undefined;
  const socket: TLSSocket = connectTls({
    ...address,
    // Server name indication takes names only, no addresses (RFC 6066 §3).
    servername: /^[\d.]+$|:/.test(host) ? '' : host,
    rejectUnauthorized: !(pinned !== undefined || (tls !== undefined && 'insecure' in tls)),
    ...(tls !== undefined && 'ca' in tls ? { ca: [tls.ca] } : {}),
  });
  return socket.once('secureConnect', () => {
    const fingerprint = normaliseFingerprint(socket.getPeerCertificate().fingerprint256 ?? '');
    if (pinned === undefined || fingerprint === pinned) sink.onConnected();
    else sink.onRefused(new RtspError('tls-failed', UNTRUSTED, { peer }));
  });
}

const READ_BUFFER_BYTES = 65_536;
const UNTRUSTED = 'The camera shows another certificate than the one that is trusted';

/** Strips colons and ignores case. */
function normaliseFingerprint(text: string): string {
  return text.replace(/[^0-9a-f]/gi, '').toUpperCase();
}
