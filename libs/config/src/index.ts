export { type CameraUrl, cameraUrlProblem, splitCameraUrl } from './camera-url.ts';
export { ConfigError } from './config-error.ts';
export { configToToml } from './config-to-toml.ts';
export { type ConfigListener, ConfigWatch } from './config-watch.ts';
export { type ConfigSource, configSecrets, loadConfig } from './load-config.ts';
export type { ConfigFault, OrielConfig } from './oriel-config.ts';
export { refuseMissingSignIn } from './sign-in.ts';
