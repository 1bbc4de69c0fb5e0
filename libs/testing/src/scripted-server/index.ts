export * from './device-descriptions.ts';
export * from './gstreamer-server.ts';
export * from './scripted-connection.ts';
export * from './scripted-message.ts';
export * from './scripted-server.ts';
export * from './test-pictures.ts';
