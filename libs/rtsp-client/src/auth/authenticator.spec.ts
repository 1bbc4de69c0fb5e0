import { inspect } from 'node:util';
import { Authenticator } from './authenticator.ts';

const credentials = { username: 'admin', password: 'canary-password' };

function authenticator(withCredentials = true) {
  const time = { nowMs: 0 };
  const subject = new Authenticator({
    credentials: withCredentials ? credentials : undefined,
    nowMs: () => time.nowMs,
    createCnonce: () => 'cnonce',
  });
  return { subject, time };
}

const digest = (nonce: string, extra = '') => [`Digest realm="r", nonce="${nonce}"${extra}`];

describe('choosing a challenge', () => {
  it.each([
    {
      name: 'item 14: Basic and Digest in one line',
      values: ['Basic realm="r", Digest realm="r", nonce="n"'],
      scheme: 'Digest',
    },
    {
      name: 'item 14: Digest first, in one line (retina#25)',
      values: ['Digest realm="r", nonce="n", stale="FALSE", Basic realm="r"'],
      scheme: 'Digest',
    },
    {
      name: 'item 14: Basic and Digest in two lines',
      values: ['Basic realm="r"', 'Digest realm="r", nonce="n"'],
      scheme: 'Digest',
    },
    {
      name: 'item 15: Bearer beside Digest',
      values: ['Bearer realm="x", error="y"', 'Digest realm="r", nonce="n"'],
      scheme: 'Digest',
    },
    {
      name: 'item 15: Negotiate without parameters, then Digest',
      values: ['Negotiate, Digest realm="r", nonce="n"'],
      scheme: 'Digest',
    },
    { name: 'Basic alone', values: ['Basic realm="r"'], scheme: 'Basic' },
    {
      name: 'Digest with an unknown algorithm beside Basic',
      values: ['Digest realm="r", nonce="n", algorithm=SHA3-512', 'Basic realm="r"'],
      scheme: 'Basic',
    },
  ])('$name', ({ values, scheme }) => {
    const { subject } = authenticator();
    expect(subject.refuse(values, 0)).toBe('retry');
    expect(subject.authorize('DESCRIBE', 'rtsp://h/s')?.split(' ')[0]).toBe(scheme);
  });

  it('item 13: SHA-256 beside MD5 is chosen whatever the order', () => {
    const { subject } = authenticator();
    subject.refuse([...digest('a', ', algorithm=SHA-256'), ...digest('b', ', algorithm=MD5')], 0);
    expect(subject.authorize('DESCRIBE', 'rtsp://h/s')).toContain('algorithm=SHA-256');
  });

  it.each([
    { name: 'empty realm', header: 'Digest realm="", nonce="n"', echoed: 'realm=""' },
    { name: 'escaped quotes in the realm', header: 'Digest realm="a \\"b\\"", nonce="n"', echoed: 'realm="a \\"b\\""' },
    { name: 'unquoted nonce', header: 'Digest realm=r,nonce=n1', echoed: 'nonce="n1"' },
    { name: 'blanks around =', header: 'Digest realm = "r" , nonce = "n 2"', echoed: 'nonce="n 2"' },
  ])('reads a Digest with $name', ({ header, echoed }) => {
    const { subject } = authenticator();
    subject.refuse([header], 0);
    expect(subject.authorize('DESCRIBE', 'rtsp://h/s')).toContain(echoed);
  });

  it('Basic encodes as UTF-8', () => {
    const { subject } = authenticator();
    subject.refuse(['Basic realm="r"'], 0);
    expect(subject.authorize('DESCRIBE', 'rtsp://h/s')).toBe('Basic YWRtaW46Y2FuYXJ5LXBhc3N3b3Jk');
  });

  it('without credentials nothing is sent', () => {
    const { subject } = authenticator(false);
    expect(subject.refuse(digest('n'), 0)).toBe('no-credentials');
    expect(subject.authorize('DESCRIBE', 'rtsp://h/s')).toBeUndefined();
  });

  it('only schemes that cannot be answered', () => {
    expect(authenticator().subject.refuse(['Negotiate'], 0)).toBe('unsupported-scheme');
  });
});

describe('item 12: nc counts per nonce', () => {
  it('from 1, in eight hex digits, and anew with each nonce', () => {
    const { subject, time } = authenticator();
    const qop = ', qop="auth"';
    subject.refuse(digest('a', qop), 0);
    const counts = Array.from(
      { length: 11 },
      () => /nc=(\w+)/.exec(subject.authorize('OPTIONS', 'rtsp://h/s') ?? '')?.[1],
    );
    expect(counts.slice(0, 2)).toEqual(['00000001', '00000002']);
    expect(counts[10]).toBe('0000000b');
    time.nowMs += 10_000;
    subject.refuse(digest('b', qop), 1);
    expect(subject.authorize('OPTIONS', 'rtsp://h/s')).toContain('nc=00000001');
  });
});

describe('item 10: whether a 401 is worth another try', () => {
  it('the same nonce and not stale means a wrong password', () => {
    const { subject } = authenticator();
    expect(subject.refuse(digest('a'), 0)).toBe('retry');
    expect(subject.refuse(digest('a'), 1)).toBe('wrong-credentials');
  });
  it('Basic refused means a wrong password', () => {
    const { subject } = authenticator();
    subject.refuse(['Basic realm="r"'], 0);
    expect(subject.refuse(['Basic realm="r"'], 1)).toBe('wrong-credentials');
  });
  it('a second 401 with a fresh nonce is answered once (Hikvision, go2rtc#2232), not twice', () => {
    const { subject } = authenticator();
    subject.refuse(digest('a'), 0);
    expect(subject.refuse(digest('b'), 1)).toBe('retry');
    expect(subject.refuse(digest('c'), 2)).toBe('wrong-credentials');
  });
  it('stale=true is answered even with the same nonce', () => {
    const { subject } = authenticator();
    subject.refuse(digest('a'), 0);
    expect(subject.refuse(digest('a', ', stale=TRUE'), 1)).toBe('retry');
  });
  it('unproven, no more than once in 5 s; once the password was right, every time', () => {
    const { subject, time } = authenticator();
    subject.refuse(digest('a'), 0);
    expect(subject.refuse(digest('b'), 1)).toBe('retry');
    expect(subject.refuse(digest('c'), 1)).toBe('wrong-credentials');
    time.nowMs += 5_000;
    expect(subject.refuse(digest('d'), 1)).toBe('retry');
    subject.accepted();
    expect(subject.refuse(digest('e'), 1)).toBe('retry');
  });
});

it('shows no password when inspected or serialised', () => {
  const { subject } = authenticator();
  subject.refuse(['Basic realm="r"'], 0);
  expect(inspect(subject, { depth: 9, showHidden: true }) + JSON.stringify(subject)).not.toContain('canary');
});
