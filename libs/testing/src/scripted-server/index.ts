export * from './gstreamer-server.ts';
