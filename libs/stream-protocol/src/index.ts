export * from './camera-view.ts';
export * from './events.ts';
export * from './frame-header.ts';
