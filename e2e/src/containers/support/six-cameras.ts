/** What the simulator shows to a stack whose viewers are watched. */
export const CAMERAS = ['cam1', 'cam2', 'cam3', 'cam4', 'cam5', 'cam6'];

/** A configuration with them, as a stack that has the simulator under the name `camera` reads it. */
export const SIX_CAMERAS_TOML = [
  '[rtsp]\nreconnect_interval = 2\nbuffer_size = 4194304\n',
  ...CAMERAS.map((id) => `[[cameras]]\nid = "${id}"\nname = "${id}"\nurl = "rtsp://camera:8554/${id}"\n`),
].join('\n');
