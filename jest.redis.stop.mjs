export default () => globalThis.__stopRedis?.();
