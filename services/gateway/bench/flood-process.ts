/** Strangers who do what `ATTACK` says, and connect again the moment they are cut off; counts what they got to do. */
import { ATTACKS } from '../test/attacks.ts';
import { Stranger } from '../test/stranger.ts';

const url = process.env['URL'] ?? '';
const camera = process.env['CAMERA_ID'] ?? '';
const attack = ATTACKS[process.env['ATTACK'] ?? ''];
if (attack === undefined) throw new Error(`there is no such attack; there are ${Object.keys(ATTACKS).join(', ')}`);
const counts = { connections: 0, opened: 0, sent: 0 };

process.on('message', () => process.send?.(counts));
process.on('disconnect', () => process.exit());
process.send?.('ready');
await Promise.all(Array.from({ length: attack.connections }, goOn));

async function goOn(): Promise<void> {
  for (;;) {
    counts.connections++;
    const { stranger, answer } = await Stranger.open(url);
    if (attack === undefined || !answer.startsWith('HTTP/1.1 101')) stranger.destroy();
    else {
      counts.opened++;
      if (attack.reconnects === 'at-once') stranger.destroy();
      else stranger.flood(attack, camera);
    }
    await stranger.closed;
    counts.sent += stranger.sentPackets;
  }
}
