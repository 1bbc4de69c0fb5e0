/** Opens as many sessions as it is told and counts what comes; a process of its own, so that its CPU time is counted apart. */
import { openRtspSession } from '../dist/index.js';

let accessUnits = 0;
let bytes = 0;
const sessions = [];

process.on('message', ({ urls, count }) => {
  if (urls !== undefined) void open(urls);
  if (count) {
    const lostPackets = sessions.reduce((sum, session) => sum + session.stats().lostPackets, 0);
    process.send({ accessUnits, bytes, lostPackets });
  }
});
process.once('disconnect', () => process.exit());

async function open(urls) {
  for (const url of urls) {
    const session = await openRtspSession({
      url,
      onVideo: ({ data }) => {
        accessUnits += 1;
        bytes += data.length;
      },
    });
    session.ended.then((error) => error && process.connected && process.send({ ended: error.message }));
    sessions.push(session);
  }
  process.send({ ready: true });
}
