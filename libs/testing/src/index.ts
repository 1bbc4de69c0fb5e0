export * from './free-port.ts';
export * from './process.ts';
export * from './redis-cluster.ts';
export * from './redis-sentinels.ts';
export * from './redis-server.ts';
export * from './scarce-processor.ts';
export * from './scripted-server/index.ts';
export * from './wait-for.ts';
