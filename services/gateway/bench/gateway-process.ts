/** The gateway under measurement; answers `cpu` with the CPU seconds it has used, `rss` with its bytes in memory. */
import { cameraConfig } from '../test/camera-config.ts';
import { runGateway } from '../test/running-gateway.ts';

const gateway = await runGateway([cameraConfig(process.env['CAMERA_ID'] ?? '')]);
process.on('message', (question) => {
  if (question === 'rss') {
    process.send?.(process.memoryUsage.rss());
    return;
  }
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1e6);
});
process.on('disconnect', () => process.exit());
process.send?.(gateway.url);
