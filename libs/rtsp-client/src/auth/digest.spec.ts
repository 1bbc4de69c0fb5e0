import { parseChallenges } from '../message/www-authenticate-header.ts';
import { chooseChallenge } from './choose-challenge.ts';
import { digestAuthorization } from './digest.ts';

/** Known answers from RFC 2069 §2.4 (errata), RFC 2617 §3.5 and RFC 7616 §3.9.1; the others were calculated with OpenSSL. */
describe('digestAuthorization', () => {
  it.each([
    {
      name: 'item 11: MD5 without qop (most cameras; hash of RFC 2617 without qop)',
      header:
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      input: {
        username: 'Mufasa',
        password: 'Circle Of Life',
        method: 'GET',
        uri: '/dir/index.html',
        cnonce: 'unused',
        nonceCount: 1,
      },
      expected:
        'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", response="670fd8c2df070c60b045671b8b24ff02", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    },
    {
      name: 'item 12: MD5 with qop=auth (RFC 2617 §3.5)',
      header:
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      input: {
        username: 'Mufasa',
        password: 'Circle Of Life',
        method: 'GET',
        uri: '/dir/index.html',
        cnonce: '0a4f113b',
        nonceCount: 1,
      },
      expected:
        'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41", qop=auth, nc=00000001, cnonce="0a4f113b"',
    },
    {
      name: 'item 13: SHA-256 (RFC 7616 §3.9.1)',
      header:
        'Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
      input: {
        username: 'Mufasa',
        password: 'Circle of Life',
        method: 'GET',
        uri: '/dir/index.html',
        cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
        nonceCount: 1,
      },
      expected:
        'Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"',
    },
  ])('$name', ({ header, input, expected }) => {
    const chosen = chooseChallenge(parseChallenges([header]));
    if (chosen?.scheme !== 'digest') throw new Error('no digest');
    expect(digestAuthorization(chosen.digest, { ...input, body: new Uint8Array() })).toBe(expected);
  });

  // HA1, HA2 and the response were calculated step by step with `openssl dgst`.
  it.each([
    {
      name: 'SHA-512-256',
      algorithm: 'SHA-512-256',
      qop: 'auth',
      response: '04f1c84cd4d6ca0b2db924d643c71f7e8e3ad2e300e3e5500f87e3ecc0e841a9',
    },
    { name: 'MD5-sess', algorithm: 'MD5-sess', qop: 'auth', response: '755cd4235ae2ac80c9bc41bd8785c382' },
    {
      name: 'SHA-256-sess',
      algorithm: '"sha-256-SESS"',
      qop: 'auth',
      response: '0452e267ca2700f226ffde0c6c0adccaee89f2de633d00180d1b9acc11395347',
    },
    {
      name: 'auth-int with an empty body',
      algorithm: 'MD5',
      qop: 'auth-int',
      response: 'bb7a779e740c0451aa8be8b3dd3142f7',
    },
  ])('item 13: $name', ({ algorithm, qop, response }) => {
    const chosen = chooseChallenge(
      parseChallenges([`Digest realm="r", nonce="n", algorithm=${algorithm}, qop="${qop}"`]),
    );
    if (chosen?.scheme !== 'digest') throw new Error('no digest');
    const input = { username: 'u', password: 'p', method: 'DESCRIBE', uri: 'rtsp://h/s', cnonce: 'c', nonceCount: 1 };
    expect(digestAuthorization(chosen.digest, { ...input, body: new Uint8Array() })).toContain(
      `response="${response}"`,
    );
  });
});
