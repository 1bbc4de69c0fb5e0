import { createHash } from 'node:crypto';
import { Authenticator } from './authentication.ts';
import type { RtspRequest } from './rtsp-message.ts';

const users = { admin: 'p@s:s', guest: 'g' };
const request = (authorization?: string): RtspRequest => ({
  method: 'DESCRIBE',
  uri: 'rtsp://h/cam1',
  headers: new Map(authorization === undefined ? [] : [['authorization', authorization]]),
  body: Buffer.alloc(0),
});
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const nonceOf = (challenges: string[] | undefined) => /nonce="(\w+)"/.exec(challenges?.[0] ?? '')?.[1] ?? '';

function digest(
  nonce: string,
  { password = 'p@s:s', uri = 'rtsp://h/cam1', algorithm = 'md5', qop = false } = {},
): string {
  const hash = (text: string) => createHash(algorithm).update(text).digest('hex');
  const middle = qop ? `${nonce}:00000001:abcd:auth` : nonce;
  const response = hash(`${hash(`admin:Oriel camera:${password}`)}:${middle}:${hash(`DESCRIBE:${uri}`)}`);
  const more = qop ? ', qop=auth, nc=00000001, cnonce="abcd"' : '';
  return `Digest username="admin", realm="Oriel camera", nonce="${nonce}", uri="${uri}", response="${response}"${more}`;
}

describe('Authenticator', () => {
  it.each([
    { name: 'right', authorization: basic('admin:p@s:s'), passes: true },
    { name: 'the other user', authorization: basic('guest:g'), passes: true },
    { name: 'wrong password', authorization: basic('admin:x'), passes: false },
    { name: 'name of an object member', authorization: basic('constructor:x'), passes: false },
    { name: 'no colon', authorization: basic('admin'), passes: false },
    { name: 'nothing', authorization: undefined, passes: false },
  ])('basic, $name', ({ authorization, passes }) => {
    expect(new Authenticator({ scheme: 'basic', users }).challenge(request(authorization)) === undefined).toBe(passes);
  });

  it.each([
    { name: 'RFC 2069', options: {}, answer: {}, passes: true },
    { name: 'qop=auth', options: { qop: true }, answer: { qop: true }, passes: true },
    { name: 'SHA-256', options: { algorithm: 'SHA-256' as const }, answer: { algorithm: 'sha256' }, passes: true },
    { name: 'wrong password', options: {}, answer: { password: 'x' }, passes: false },
    { name: 'another uri than the request', options: {}, answer: { uri: 'rtsp://h/cam1/' }, passes: false },
    { name: 'MD5 where SHA-256 is asked', options: { algorithm: 'SHA-256' as const }, answer: {}, passes: false },
    { name: 'no qop where it is asked', options: { qop: true }, answer: {}, passes: false },
  ])('digest, $name', ({ options, answer, passes }) => {
    const authenticator = new Authenticator({ scheme: 'digest', users, ...options });
    const nonce = nonceOf(authenticator.challenge(request()));
    expect(authenticator.challenge(request(digest(nonce, answer))) === undefined).toBe(passes);
  });

  it('calls a used-up nonce stale and gives another', () => {
    const authenticator = new Authenticator({ scheme: 'digest', users, nonceRequests: 1 });
    const nonce = nonceOf(authenticator.challenge(request()));
    expect(authenticator.challenge(request(digest(nonce)))).toBeUndefined();
    const challenges = authenticator.challenge(request(digest(nonce)));
    expect(challenges?.[0]).toContain('stale=TRUE');
    expect(authenticator.challenge(request(digest(nonceOf(challenges))))).toBeUndefined();
  });

  it('offers both, digest first', () => {
    const challenges = new Authenticator({ scheme: 'both', users, qop: true, algorithm: 'SHA-256' }).challenge(
      request(),
    );
    expect(challenges?.map((challenge) => challenge.replace(/nonce="\w+"/, 'nonce'))).toEqual([
      'Digest realm="Oriel camera", nonce, algorithm=SHA-256, qop="auth", stale=FALSE',
      'Basic realm="Oriel camera"',
    ]);
  });
});
