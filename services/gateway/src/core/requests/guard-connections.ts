/** Counts what clients send before Socket.IO decodes it. Ends the connections of clients that send too much or read too little. */
import type { IncomingMessage } from 'node:http';
import type { ClientAddresses } from './client-address.ts';
import type { IntakeLimits } from './intake-limits.ts';

export type EndReason = 'flood' | 'reads-nothing';

export interface GuardDeps {
  readonly limits: IntakeLimits;
  readonly addresses: ClientAddresses;
  readonly onEnd: (address: string, reason: EndReason) => void;
}

/**
 * Packets that may wait for one client. A wall of 64 cameras on a slow line has some 200 replies and camera events waiting, each below a
 * kilobyte. Frames never wait here, because none is sent while anything else waits.
 */
const MAX_UNSENT_PACKETS = 1_000;
/** Longer packets count as several, because they take longer to decode. */
const BYTES_PER_PACKET = 256;
/** Opening a namespace takes as long as this many packets: a socket and its listeners. */
const CONNECT_COST = 20;
/** Lets a client that reads see why it is cut off. */
const CLOSE_GRACE_MS = 500;
/** RFC 6455 §7.4.1: policy violation. */
const POLICY_VIOLATION = 1008;

const WORDS: Readonly<Record<EndReason, string>> = {
  flood: 'too-many: far more requests than the gateway takes',
  'reads-nothing': 'too-many: answers wait that nobody reads',
};

/** @param connection just announced by Engine.IO, with nothing read yet */
export function guardConnection(connection: EngineConnection, { limits, addresses, onEnd }: GuardDeps): void {
  const address = addresses.of(connection.request);
  const endFor = (reason: EndReason) => {
    onEnd(address, reason);
    end(connection, WORDS[reason]);
  };
  const intake = limits.open(address, () => endFor('flood'));
  connection.on('packet', ({ type, data }) => {
    if (type === 'pong' || isAcknowledgement(data)) intake.onAnswer();
    else intake.onPacket(costOf(data));
  });
  const countControlFrames = () => {
    connection.transport.socket?.on('ping', () => intake.onPacket(1));
    connection.transport.socket?.on('pong', () => intake.onPacket(1));
  };
  countControlFrames();
  connection.on('upgrade', countControlFrames);
  // A client may start upgrades to WebSocket over and over.
  connection.on('upgrading', () => intake.onPacket(1));
  connection.on('packetCreate', () => {
    intake.onSent();
    if (connection.writeBuffer.length > MAX_UNSENT_PACKETS && connection.readyState === 'open') endFor('reads-nothing');
  });
  connection.once('close', () => intake.close());
}

/** The part of Engine.IO 6's server-side socket that is used here. */
export interface EngineConnection {
  readonly request: IncomingMessage;
  readonly readyState: string;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly socket?: ClosableWebSocket };
  close(discard: boolean): void;
  on(event: 'packet', listener: (packet: { readonly type: string; readonly data?: unknown }) => void): void;
  on(event: 'packetCreate' | 'upgrading' | 'upgrade', listener: () => void): void;
  once(event: 'close', listener: () => void): void;
}

interface ClosableWebSocket {
  close(code: number, reason: string): void;
  on(event: 'ping' | 'pong', listener: () => void): void;
  pause(): void;
  terminate(): void;
}

/** Socket.IO packet types: the first character of a message. */
const CONNECT = '0';
const ACKNOWLEDGEMENT = '3';

function isAcknowledgement(data: unknown): boolean {
  return typeof data === 'string' && data.startsWith(ACKNOWLEDGEMENT);
}

function costOf(data: unknown): number {
  if (typeof data === 'string')
    return data.startsWith(CONNECT) ? CONNECT_COST : Math.ceil(data.length / BYTES_PER_PACKET);
  return Buffer.isBuffer(data) ? Math.ceil(data.length / BYTES_PER_PACKET) : 1;
}

function end(connection: EngineConnection, words: string): void {
  const { socket } = connection.transport;
  socket?.close(POLICY_VIOLATION, words);
  connection.close(true);
  // Stops reading. A polling client notices at its next request.
  socket?.pause();
  setTimeout(() => socket?.terminate(), CLOSE_GRACE_MS).unref();
}
