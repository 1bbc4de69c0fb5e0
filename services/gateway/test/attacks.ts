/** What a stranger may send. Each takes a gateway down, or did. */

export interface Attack {
  readonly connections: number;
  /** Of each connection; as fast as the line takes it where this is more. */
  readonly perSecond: number;
  /** WebSocket frames, sent over and over. */
  readonly packets: (camera: string) => readonly Buffer[];
  /** Whether it opens the Socket.IO namespace. @defaultValue true */
  readonly connectsFirst?: boolean;
  /** Lets go of every connection as soon as it has it. */
  readonly reconnects?: 'at-once';
}

const text = (data: string): readonly Buffer[] => [frameOf('text', data)];
const FLOOD = { connections: 1, perSecond: 29_000 };

export const ATTACKS: Readonly<Record<string, Attack>> = {
  requests: { ...FLOOD, packets: (camera) => text(`421["watch",{"camera":"${camera}"}]`) },
  'requests-4-lines': {
    connections: 4,
    perSecond: 29_000,
    packets: (camera) => text(`421["watch",{"camera":"${camera}"}]`),
  },
  'no-answer-wanted': { ...FLOOD, packets: () => text('42["watch",{"camera":"nowhere"}]') },
  'unknown-event': { ...FLOOD, packets: () => text('421["nothing",{}]') },
  clock: { ...FLOOD, packets: () => text('421["clock"]') },
  binary: {
    ...FLOOD,
    packets: () => [frameOf('text', '451-1["watch",{"_placeholder":true,"num":0}]'), frameOf('binary', 'abc')],
  },
  'answers-to-nothing': { ...FLOOD, packets: () => text('4312345[]') },
  'engine-pongs': { ...FLOOD, packets: () => text('3') },
  'engine-pings': { ...FLOOD, packets: () => text('2') },
  namespaces: { ...FLOOD, packets: () => [frameOf('text', '41'), frameOf('text', '40')] },
  'before-connect': { ...FLOOD, connectsFirst: false, packets: () => text('421["clock"]') },
  'websocket-pings': { ...FLOOD, packets: () => [frameOf('ping', 'x'.repeat(100))] },
  'websocket-pongs': { ...FLOOD, packets: () => [frameOf('pong', '')] },
  fragments: {
    ...FLOOD,
    perSecond: 1_000_000,
    packets: () => [frameOf('start', '4'), ...Array.from({ length: 499 }, () => frameOf('more', ''))],
  },
  large: { connections: 1, perSecond: 2_000, packets: () => text(`421["watch",{"camera":"${'x'.repeat(16_000)}"}]`) },
  // Just below what the gateway answers with too-many.
  'many-lines': { connections: 500, perSecond: 19, packets: (camera) => text(`421["watch",{"camera":"${camera}"}]`) },
  reconnects: { connections: 50, perSecond: 1, packets: () => [], reconnects: 'at-once' },
};

/** One frame from a client (RFC 6455 §5.2), with a mask of zeros. */
export function frameOf(kind: keyof typeof OPCODES, payload: string): Buffer {
  const data = Buffer.from(payload);
  const isFinal = kind !== 'start' && kind !== 'more';
  const first = (isFinal ? 0x80 : 0) | OPCODES[kind];
  const head =
    data.length < 126
      ? Buffer.from([first, 0x80 | data.length])
      : Buffer.from([first, 0x80 | 126, data.length >> 8, data.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), data]);
}

const OPCODES = { more: 0, start: 1, text: 1, binary: 2, ping: 9, pong: 10 } as const;
