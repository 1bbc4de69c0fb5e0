import { SecretMask } from './secrets.ts';

describe('SecretMask', () => {
  it.each([
    { name: 'user-info', text: 'rtsp://admin:canary@10.0.0.7:554/stream', masked: 'rtsp://***@10.0.0.7:554/stream' },
    {
      name: 'user-info with @ : / # ? in it',
      text: 'open rtsp://a:ca@n:a/r#y?@cam/1 failed',
      masked: 'open rtsp://***@cam/1 failed',
    },
    { name: 'user-info with a quote in it', text: 'rtsp://a:can"ary@cam/1', masked: 'rtsp://***@cam/1' },
    {
      name: 'a Redis password',
      text: 'connect redis://:canary@127.0.0.1:6379',
      masked: 'connect redis://***@127.0.0.1:6379',
    },
    { name: 'two URLs', text: 'rtsp://a:canary@b rtsp://c:canary@d', masked: 'rtsp://***@b rtsp://***@d' },
    {
      name: 'a password in a query',
      text: 'rtsp://cam/?user=admin&password=canary&channel=1',
      masked: 'rtsp://cam/?user=admin&password=***&channel=1',
    },
    {
      name: 'a password in a path (XM)',
      text: 'rtsp://cam/user=admin_password=canary',
      masked: 'rtsp://cam/user=admin_password=***',
    },
    {
      name: 'an authorization header',
      text: 'Authorization: Digest username="a", response="canary"\r\nCSeq: 2',
      masked: 'Authorization: ***\r\nCSeq: 2',
    },
    { name: 'a bearer token', text: 'sent Bearer canary-token.abc', masked: 'sent Bearer ***' },
    { name: 'basic credentials', text: 'Basic Y2FuYXJ5OmNhbmFyeQ== refused', masked: 'Basic *** refused' },
    { name: 'digest credentials', text: 'Digest username="canary", response="canary"', masked: 'Digest ***' },
    { name: 'a cookie header', text: 'Cookie: session=canary', masked: 'Cookie: ***' },
  ])('masks $name', ({ text, masked }) => {
    expect(new SecretMask().text(text)).toBe(masked);
  });

  it.each([
    'http://127.0.0.1:8080/health/ready',
    'rtsp://camera.local:554/stream?channel=1',
    'basic set-up done, author of the change: nobody',
    'mail to someone@example.org',
  ])('leaves %p as it is', (text) => {
    expect(new SecretMask().text(text)).toBe(text);
  });

  it('masks registered secrets in every form they can take, the longest first', () => {
    const mask = new SecretMask();
    mask.register('cana', 'canary"ä', 'abc');
    expect(mask.text('canary"ä canary\\"ä canary%22%C3%A4 cana abc')).toBe('*** *** *** *** abc');
  });

  it('masks keys that hold secrets, at any depth, and secrets in keys', () => {
    const mask = new SecretMask();
    mask.register('canary');
    const value = { a: [{ password: 'x', Authorization: 'y', accessToken: 'z' }], canary: 1, token: null, tokens: 3 };
    expect(mask.json(value)).toEqual({
      a: [{ password: '***', Authorization: '***', accessToken: '***' }],
      '***': 1,
      token: null,
      tokens: 3,
    });
  });

  it('is quick on hostile text', () => {
    const hostile = 'a://'.repeat(20_000);
    expect(new SecretMask().text(hostile)).toBe(hostile);
  });
});
