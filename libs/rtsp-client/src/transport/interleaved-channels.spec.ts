import { InterleavedChannels } from './interleaved-channels.ts';
import type { PacketSink } from './media-transport.ts';

class RecordingSink implements PacketSink {
  readonly log: string[] = [];
  onRtp(packet: Uint8Array): void {
    this.log.push(`rtp ${packet.length}`);
  }
  onRtcp(packet: Uint8Array): void {
    this.log.push(`rtcp ${packet.length}`);
  }
}

const rtp = (payloadType: number) => Uint8Array.from([0x80, payloadType, ...Array(12).fill(0)]);
const senderReport = Uint8Array.from([0x80, 200, 0, 6, ...Array(24).fill(0)]);

describe('InterleavedChannels', () => {
  it('item 57: two medias with the same payload type stay apart by channel (Ubiquiti, retina#65)', () => {
    const channels = new InterleavedChannels();
    const [first, second] = [new RecordingSink(), new RecordingSink()];
    channels.assign([0, 1], [96], first);
    channels.assign([2, 3], [96], second);
    expect(channels.route(0, rtp(96), 0)).toBe('routed');
    expect(channels.route(2, rtp(96), 0)).toBe('routed');
    expect(channels.route(3, senderReport, 0)).toBe('routed');
    expect(first.log).toEqual(['rtp 14']);
    expect(second.log).toEqual(['rtp 14', 'rtcp 28']);
  });

  it.each([
    {
      name: 'item 43: RTCP on the RTP channel',
      channel: 0,
      packet: senderReport,
      routing: 'rerouted',
      log: ['rtcp 28'],
    },
    { name: 'item 43: RTP on the RTCP channel', channel: 1, packet: rtp(96), routing: 'rerouted', log: ['rtp 14'] },
    {
      name: 'an unknown payload type stays on its channel',
      channel: 0,
      packet: rtp(50),
      routing: 'routed',
      log: ['rtp 14'],
    },
    { name: 'item 44: an empty frame', channel: 0, packet: new Uint8Array(), routing: 'empty', log: [] },
    { name: 'item 42: an unknown channel', channel: 9, packet: rtp(96), routing: 'unassigned', log: [] },
  ])('$name', ({ channel, packet, routing, log }) => {
    const channels = new InterleavedChannels();
    const sink = new RecordingSink();
    channels.assign([0, 1], [96], sink);
    expect(channels.route(channel, packet, 0)).toBe(routing);
    expect(sink.log).toEqual(log);
  });
});
