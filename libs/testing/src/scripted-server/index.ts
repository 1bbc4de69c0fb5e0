export type { DeviceDescription } from './description-parts.ts';
export * from './device-descriptions.ts';
export * from './gstreamer-server.ts';
export * from './malformed-descriptions.ts';
export * from './scripted-connection.ts';
export * from './scripted-message.ts';
export * from './scripted-server.ts';
export * from './test-pictures.ts';
