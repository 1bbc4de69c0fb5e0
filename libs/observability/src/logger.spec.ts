import { createLogger } from './logger.ts';
import { secretMask } from './secrets.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(
    createLogger({
      service: 'ingest',
      instanceId: 'i-1',
      level: 'trace',
      destination: { write: (line) => void lines.push(line) },
    }),
  );
  return lines.join('');
}

describe('createLogger', () => {
  it('writes one JSON line with level, time, service and instance', () => {
    const line = logged((logger) => logger.info({ cameraId: 'door' }, 'live'));
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'ingest',
      instanceId: 'i-1',
      cameraId: 'door',
      msg: 'live',
    });
  });

  secretMask.register('canary-value');
  const withCauses = new Error('open rtsp://u:canary@cam/1', {
    cause: new Error('Authorization: Basic canary', {
      cause: new AggregateError([new Error('canary-value')], 'all failed'),
    }),
  });
  it.each<{ name: string; write: (logger: ReturnType<typeof createLogger>) => void }>([
    { name: 'a message', write: (logger) => logger.info('redis://:canary@127.0.0.1:6379 lost') },
    { name: 'a formatted message', write: (logger) => logger.info('lost %s', 'rtsp://u:canary@cam/1') },
    { name: 'a nested object', write: (logger) => logger.warn({ a: { b: [{ url: 'rtsp://u:canary@cam/1' }] } }, 'x') },
    {
      name: 'a key named password',
      write: (logger) => logger.warn({ credentials: { username: 'u', password: 'canary' } }),
    },
    { name: 'headers', write: (logger) => logger.warn({ headers: { Authorization: 'Digest canary' } }) },
    { name: 'a registered value', write: (logger) => logger.warn({ x: ['the canary-value stands here'] }) },
    { name: 'an error, its stack and its causes', write: (logger) => logger.error(withCauses) },
    { name: 'an error under any key', write: (logger) => logger.error({ reason: withCauses }, 'failed') },
    {
      name: 'the fields of a child logger',
      write: (logger) => logger.child({ url: 'rtsp://u:canary@cam/1' }).info('x'),
    },
  ])('shows no secret in $name', ({ write }) => {
    const line = logged(write);
    expect(line).toContain('***');
    expect(line).not.toContain('canary');
  });

  it('keeps the words of an error and those of its causes', () => {
    const line = logged((logger) =>
      logger.error({ failure: new Error('outer', { cause: new Error('inner') }) }, 'failed'),
    );
    expect(JSON.parse(line)).toMatchObject({ failure: { message: 'outer', cause: { message: 'inner' } } });
  });
});
