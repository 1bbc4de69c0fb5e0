export type { CameraOptions, CameraStats, SourceOptions } from './camera-options.ts';
export { CameraFaults, type FaultSettings, NO_FAULTS } from './faults.ts';
export { readBarcodeFromJpeg } from './read-barcode-from-jpeg.ts';
export type { AuthenticationOptions } from './rtsp/authentication.ts';
export { SDP_VARIANTS, type SdpVariant } from './rtsp/sdp.ts';
export { readBarcode } from './source/barcode.ts';
export { type RunningCamera, startCamera } from './start-camera.ts';
