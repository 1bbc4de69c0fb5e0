import { readTrustedProxies, writeTrustedProxies } from './trusted-proxies.ts';

it.each([
  { text: 'none', networks: [] },
  { text: 'loopback', networks: ['127.0.0.0/8', '::1/128'] },
  { text: '192.168.1.5', networks: ['192.168.1.5/32'] },
  { text: ' 10.0.0.0/8 ,2001:db8::1', networks: ['10.0.0.0/8', '2001:db8::1/128'] },
  {
    text: 'loopback, private',
    networks: ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  },
])('reads $text, and back what it writes', ({ text, networks }) => {
  expect(readTrustedProxies(text)).toEqual(networks);
  expect(readTrustedProxies(writeTrustedProxies(networks))).toEqual(networks);
});

it.each([
  '',
  'caddy',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '1.2.3',
  'loopback,',
  'toString',
  'none, loopback',
])('refuses %p', (text) => {
  expect(readTrustedProxies(text)).toBeUndefined();
});
