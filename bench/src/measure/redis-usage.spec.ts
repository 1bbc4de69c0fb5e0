import { redisCountersIn, redisRatesBetween } from './redis-usage.ts';

test('what Redis 7 tells', () => {
  const info =
    '# Stats\r\ntotal_connections_received:12\r\ntotal_commands_processed:3450\r\ninstantaneous_ops_per_sec:7\r\n' +
    'total_net_input_bytes:1000000\r\ntotal_net_output_bytes:2500\r\n' +
    '# CPU\r\nused_cpu_sys:1.250001\r\nused_cpu_user:2.5\r\nused_cpu_sys_children:7.000000\r\n';
  expect(redisCountersIn(info)).toEqual({ cpuSeconds: 3.750001, commands: 3450, inBytes: 1_000_000, outBytes: 2500 });
});

test('rates are what was done by the time that it took', () => {
  const before = { cpuSeconds: 1, commands: 100, inBytes: 0, outBytes: 50 };
  const after = { cpuSeconds: 1.5, commands: 400, inBytes: 1000, outBytes: 250 };
  expect(redisRatesBetween(before, after, 2)).toEqual({
    cores: 0.25,
    commandsPerSecond: 150,
    inBytesPerSecond: 500,
    outBytesPerSecond: 100,
  });
});
