import { EventEmitter } from 'node:events';
import { ClientAddresses } from './client-address.ts';
import { type EngineConnection, guardConnection } from './guard-connections.ts';
import { IntakeLimits } from './intake-limits.ts';

class FakeConnection extends EventEmitter {
  readonly request = { headers: {}, socket: { remoteAddress: '203.0.113.7' } };
  readyState = 'open';
  readonly writeBuffer: unknown[] = [];
  readonly calls: string[] = [];
  readonly transport = {
    socket: Object.assign(new EventEmitter(), {
      close: (code: number, reason: string) => this.calls.push(`close ${code} ${reason}`),
      pause: () => this.calls.push('pause'),
      terminate: () => this.calls.push('terminate'),
    }),
  };
  close(): void {
    this.readyState = 'closed';
    this.calls.push('end');
    this.emit('close');
  }
}

describe('guardConnection', () => {
  let connection: FakeConnection;
  let ended: string[];
  beforeEach(() => {
    connection = new FakeConnection();
    ended = [];
    guardConnection(connection as unknown as EngineConnection, {
      limits: new IntakeLimits(() => 0),
      addresses: new ClientAddresses([]),
      onEnd: (address, reason) => ended.push(`${address} ${reason}`),
    });
  });

  it('ends a connection that leaves a thousand packets unread, and says why to whom may still read', () => {
    for (let i = 0; i < 1_000; i++) {
      connection.writeBuffer.push({});
      connection.emit('packetCreate', { type: 'message' });
    }
    expect(ended).toEqual([]);
    connection.writeBuffer.push({});
    connection.emit('packetCreate', { type: 'message' });
    connection.emit('packetCreate', { type: 'message' });
    expect(ended).toEqual(['203.0.113.7 reads-nothing']);
    expect(connection.calls).toEqual(['close 1008 too-many: answers wait that nobody reads', 'end', 'pause']);
  });

  const bytes = (count: number) => 'x'.repeat(count);
  it.each([
    { name: 'events', emit: ['packet', { type: 'message', data: '2["clock"]' }], most: 600 },
    { name: 'events of 16 KiB', emit: ['packet', { type: 'message', data: bytes(16_384) }], most: 9 },
    { name: 'pieces of binary events', emit: ['packet', { type: 'message', data: Buffer.alloc(512) }], most: 300 },
    { name: 'openings of the namespace', emit: ['packet', { type: 'message', data: '0' }], most: 30 },
    { name: 'answers to nothing', emit: ['packet', { type: 'message', data: '312[]' }], most: 600 },
    { name: 'pongs to nothing', emit: ['packet', { type: 'pong' }], most: 600 },
    { name: 'probes of another transport', emit: ['upgrading'], most: 600 },
  ] as const)('lets $most $name through in a burst', ({ emit: [event, packet], most }) => {
    for (let i = 0; i < most; i++) connection.emit(event, packet);
    expect(ended).toEqual([]);
    connection.emit(event, packet);
    expect(ended).toEqual(['203.0.113.7 flood']);
  });

  it.each(['ping', 'pong'])("counts WebSocket's own %s too", (kind) => {
    for (let i = 0; i < 601; i++) connection.transport.socket.emit(kind);
    expect(ended).toEqual(['203.0.113.7 flood']);
  });
});
