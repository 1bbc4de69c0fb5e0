import { ClientAddresses } from './client-address.ts';

const TRUSTED = ['127.0.0.0/8', '::1/128', '172.16.0.0/12'];

it.each([
  { name: 'a viewer without a proxy', from: '203.0.113.7', forwarded: undefined, address: '203.0.113.7' },
  { name: 'a viewer that invents one', from: '203.0.113.7', forwarded: '198.51.100.1', address: '203.0.113.7' },
  { name: 'a proxy of ours', from: '172.18.0.5', forwarded: '203.0.113.7', address: '203.0.113.7' },
  {
    name: 'an invention behind a proxy',
    from: '172.18.0.5',
    forwarded: '10.9.9.9, 203.0.113.7',
    address: '203.0.113.7',
  },
  { name: 'two proxies', from: '::1', forwarded: '203.0.113.7, 172.18.0.5', address: '203.0.113.7' },
  { name: 'a viewer on the network of the proxy', from: '172.18.0.5', forwarded: '172.18.0.1', address: '172.18.0.1' },
  { name: 'a proxy that says nothing', from: '172.18.0.5', forwarded: undefined, address: '172.18.0.5' },
  { name: 'a proxy that says nonsense', from: '172.18.0.5', forwarded: '203.0.113.7, unknown', address: '172.18.0.5' },
  { name: 'IPv4 in IPv6', from: '::ffff:203.0.113.7', forwarded: undefined, address: '203.0.113.7' },
  { name: 'a proxy, IPv4 in IPv6', from: '::ffff:127.0.0.1', forwarded: '203.0.113.7', address: '203.0.113.7' },
  { name: 'IPv6', from: '2001:db8:1:2:3:4:5:6', forwarded: undefined, address: '2001:db8:1:2::/64' },
  { name: 'IPv6 with a gap', from: '2001:db8::5', forwarded: undefined, address: '2001:db8:0:0::/64' },
  { name: 'IPv6 of one link', from: 'fe80::1%eth0', forwarded: undefined, address: 'fe80:0:0:0::/64' },
  { name: 'a connection that is gone', from: undefined, forwarded: undefined, address: 'unknown' },
])('$name: $address', ({ from, forwarded, address }) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const socket = from === undefined ? {} : { remoteAddress: from };
  expect(new ClientAddresses(TRUSTED).of({ headers, socket })).toBe(address);
});

it('trusts nobody where nobody is named', () => {
  const request = { headers: { 'x-forwarded-for': '203.0.113.7' }, socket: { remoteAddress: '127.0.0.1' } };
  expect(new ClientAddresses([]).of(request)).toBe('127.0.0.1');
});
