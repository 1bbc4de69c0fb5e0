import { connect, type Socket } from 'node:net';
import { waitFor } from '@oriel/testing';

export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface ReceivedPacket {
  readonly channel: number;
  readonly bytes: Buffer;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

/** A plain client that keeps every packet as it came: for tests that look at what is on the wire. */
export class RtspTestClient {
  readonly #socket: Socket;
  readonly #replies: Reply[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #cSeq = 0;
  readonly packets: ReceivedPacket[] = [];
  readonly rtcp: Buffer[] = [];
  garbageBytes = 0;
  closed = false;
  sessionId = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#pending = Buffer.concat([this.#pending, chunk]);
      while (this.#take());
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async connect(port: number): Promise<RtspTestClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return new RtspTestClient(socket);
  }

  /** OPTIONS is left out: DESCRIBE, SETUP over TCP, PLAY. */
  static async play(url: string): Promise<RtspTestClient> {
    const client = await RtspTestClient.connect(Number(new URL(url).port));
    await client.request('DESCRIBE', url);
    await client.setup(url);
    await client.request('PLAY', url);
    return client;
  }

  async setup(url: string, transport = 'RTP/AVP/TCP;unicast;interleaved=0-1'): Promise<Reply> {
    const reply = await this.request('SETUP', `${url}/trackID=1`, { Transport: transport });
    this.sessionId = reply.headers.get('session')?.split(';')[0] ?? '';
    return reply;
  }

  async request(method: string, uri: string, headers: Record<string, string> = {}): Promise<Reply> {
    this.#cSeq += 1;
    const all = { CSeq: String(this.#cSeq), ...(this.sessionId && { Session: this.sessionId }), ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const answered = this.#replies.length;
    this.#socket.write(`${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n`);
    return waitFor(() => this.#replies[answered], { what: `reply to ${method}` });
  }

  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Stops reading, as a client that is too slow. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  async packetsUpTo(count: number): Promise<ReceivedPacket[]> {
    await waitFor(() => this.packets.length >= count, { what: `${count} packets` });
    return this.packets.slice(0, count);
  }

  #take(): boolean {
    const pending = this.#pending;
    if (pending.length < 8) return false;
    if (pending[0] === 0x24 && (pending[1] ?? 9) <= 1 && pending[4] !== undefined && (pending[4] & 0xe0) === 0x80) {
      const end = 4 + pending.readUInt16BE(2);
      if (pending.length < end) return false;
      this.#frame(pending[1] ?? 0, pending.subarray(4, end));
      this.#pending = pending.subarray(end);
      return true;
    }
    if (pending.subarray(0, 5).toString('latin1') === 'RTSP/') return this.#reply();
    this.garbageBytes += 1;
    this.#pending = pending.subarray(1);
    return true;
  }

  #frame(channel: number, bytes: Buffer): void {
    if (channel === 1) {
      this.rtcp.push(bytes);
      return;
    }
    this.packets.push({
      channel,
      bytes,
      marker: (bytes.readUInt8(1) & 0x80) !== 0,
      payloadType: bytes.readUInt8(1) & 0x7f,
      sequenceNumber: bytes.readUInt16BE(2),
      timestamp: bytes.readUInt32BE(4),
      ssrc: bytes.readUInt32BE(8),
      payload: bytes.subarray(12),
    });
  }

  #reply(): boolean {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const [first = '', ...lines] = this.#pending.subarray(0, end).toString('utf8').split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      headers.set(name, headers.has(name) ? `${headers.get(name)}\n${value}` : value);
    }
    const bodyEnd = end + 4 + Number(headers.get('content-length') ?? 0);
    if (this.#pending.length < bodyEnd) return false;
    const body = this.#pending.subarray(end + 4, bodyEnd).toString('utf8');
    this.#pending = this.#pending.subarray(bodyEnd);
    this.#replies.push({ status: Number(first.split(' ')[1]), headers, body });
    return true;
  }
}
