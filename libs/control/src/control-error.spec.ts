import { ControlError, controlError } from './control-error.ts';

it('leaves out what the driver attaches: for AUTH it is the password', () => {
  const fromDriver = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
    name: 'ReplyError',
    command: { name: 'auth', args: ['hunter2'] },
  });
  const error = controlError(fromDriver);
  expect(error).toMatchObject({ code: 'refused' });
  expect(error.message).toBe('Redis (control) refused: WRONGPASS invalid username-password pair');
  expect(JSON.stringify({ ...error, cause: error.cause })).not.toContain('hunter2');
});

it('takes everything else for a lost connection', () => {
  expect(controlError(new Error('Connection is closed.'))).toMatchObject({ code: 'disconnected' });
  expect(controlError(new AggregateError([])).message).toBe('no connection to Redis (control): AggregateError');
});

it('passes its own kind through', () => {
  const error = new ControlError('lease-lost', 'x');
  expect(controlError(error)).toBe(error);
});
