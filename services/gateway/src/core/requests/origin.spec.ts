import { isSameOrigin } from './origin.ts';

describe('isSameOrigin', () => {
  it.each([
    { name: 'a program', headers: { host: 'cams:8080' }, expected: true },
    { name: 'the own page', headers: { host: 'cams:8080', origin: 'http://cams:8080' }, expected: true },
    {
      name: 'the own page behind TLS',
      headers: { host: 'cams.example', origin: 'https://cams.example' },
      expected: true,
    },
    { name: 'a Host with the default port', headers: { host: 'cams:443', origin: 'https://cams' }, expected: true },
    { name: 'upper case', headers: { host: 'CAMS', origin: 'http://cams' }, expected: true },
    { name: 'another port', headers: { host: 'cams:8080', origin: 'http://cams:3000' }, expected: false },
    { name: 'another host', headers: { host: 'cams', origin: 'http://evil.example' }, expected: false },
    { name: 'a longer name', headers: { host: 'cams', origin: 'http://cams.evil.example' }, expected: false },
    {
      name: 'user-info that looks like us',
      headers: { host: 'cams', origin: 'http://cams@evil.example' },
      expected: false,
    },
    { name: 'a sandboxed page', headers: { host: 'cams', origin: 'null' }, expected: false },
    { name: 'no Host', headers: { origin: 'http://cams' }, expected: false },
    { name: 'a Host that is none', headers: { host: 'a b', origin: 'http://cams' }, expected: false },
  ])('$name: $expected', ({ headers, expected }) => {
    expect(isSameOrigin(headers)).toBe(expected);
  });
});
