import { inspect } from 'node:util';
import { parseRtspUrl, type RtspUrl } from './rtsp-url.ts';

function parsed(text: string): RtspUrl {
  const result = parseRtspUrl(text);
  if (!result.ok) throw new Error(result.problem);
  return result.url;
}

describe('item 29, device 42: a password with @ : / # ? %', () => {
  it.each([
    { name: 'encoded', text: 'rtsp://admin:p%40s%3As%2F%23%3F%25@10.0.0.5/live', password: 'p@s:s/#?%' },
    { name: 'raw, all of them', text: 'rtsp://admin:p@s:s/#?%@10.0.0.5/live', password: 'p@s:s/#?%' },
    { name: 'raw @ (frigate#4257)', text: 'rtsp://admin:pass@word@10.0.0.5/live', password: 'pass@word' },
    { name: 'raw # (frigate#4974)', text: 'rtsp://admin:pa#ss@10.0.0.5/live', password: 'pa#ss' },
    {
      name: 'raw / and a bare word after @ (mediamtx#557)',
      text: 'rtsp://admin:a@b/c@10.0.0.5/live',
      password: 'a@b/c',
    },
    {
      name: 'raw / and a dotted word after @',
      text: 'rtsp://admin:p@ss.word/1@10.0.0.5/live',
      password: 'p@ss.word/1',
    },
    { name: 'raw ?', text: 'rtsp://admin:who?me@10.0.0.5/live', password: 'who?me' },
    { name: 'a raw % that is no escape', text: 'rtsp://admin:100%@10.0.0.5/live', password: '100%' },
    { name: 'an escape that is not UTF-8', text: 'rtsp://admin:a%E9b@10.0.0.5/live', password: 'a%E9b' },
    { name: 'an escape decoded once only', text: 'rtsp://admin:a%2540b@10.0.0.5/live', password: 'a%40b' },
    { name: 'digits after a colon, then /', text: 'rtsp://admin:123/456@10.0.0.5/live', password: '123/456' },
    { name: 'empty', text: 'rtsp://admin:@10.0.0.5/live', password: '' },
    { name: 'none', text: 'rtsp://admin@10.0.0.5/live', password: '' },
  ])('$name', ({ text, password }) => {
    expect(parsed(text)).toMatchObject({
      host: '10.0.0.5',
      credentials: { username: 'admin', password },
      requestUri: 'rtsp://10.0.0.5/live',
    });
  });

  it.each([
    { name: 'an @ in the path', text: 'rtsp://10.0.0.5/user@10.0.0.9/live', uri: 'rtsp://10.0.0.5/user@10.0.0.9/live' },
    {
      name: 'an @ in the query',
      text: 'rtsp://cam.lan/live?user=a@b.example',
      uri: 'rtsp://cam.lan/live?user=a@b.example',
    },
    {
      name: 'Dahua query',
      text: 'rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0',
      uri: 'rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0',
    },
  ])('is not seen in $name', ({ text, uri }) => {
    expect(parsed(text)).toMatchObject({ credentials: undefined, requestUri: uri });
  });
});

describe('item 33: IPv6 literal and zone id', () => {
  it.each([
    { text: 'rtsp://[2001:db8::5]/live', host: '2001:db8::5', port: 554, requestUri: 'rtsp://[2001:db8::5]/live' },
    {
      text: 'rtsp://[2001:db8::5]:8554/live',
      host: '2001:db8::5',
      port: 8554,
      requestUri: 'rtsp://[2001:db8::5]:8554/live',
    },
    { text: 'rtsp://u:p@[fe80::1%eth0]/live', host: 'fe80::1%eth0', port: 554, requestUri: 'rtsp://[fe80::1]/live' },
    {
      text: 'rtsp://[fe80::1%25eth0]:554/live',
      host: 'fe80::1%eth0',
      port: 554,
      requestUri: 'rtsp://[fe80::1]:554/live',
    },
    {
      text: 'rtsp://::ffff:10.0.0.5/live',
      host: '::ffff:10.0.0.5',
      port: 554,
      requestUri: 'rtsp://[::ffff:10.0.0.5]/live',
    },
  ])('$text', ({ text, ...expected }) => {
    expect(parsed(text)).toMatchObject(expected);
  });
});

describe('parseRtspUrl', () => {
  it.each([
    { name: 'default port', text: 'rtsp://10.0.0.5', port: 554, secure: false, requestUri: 'rtsp://10.0.0.5' },
    {
      name: 'default port of rtsps',
      text: 'rtsps://10.0.0.5/a',
      port: 322,
      secure: true,
      requestUri: 'rtsps://10.0.0.5/a',
    },
    { name: 'a typed port 554 stays', text: 'rtsp://10.0.0.5:554/a', port: 554, requestUri: 'rtsp://10.0.0.5:554/a' },
    { name: 'scheme twice (go2rtc#830)', text: 'rtsp://rtsp://10.0.0.5/a', requestUri: 'rtsp://10.0.0.5/a' },
    { name: 'no scheme (go2rtc#1852)', text: '10.0.0.5:8554/a', port: 8554, requestUri: 'rtsp://10.0.0.5:8554/a' },
    { name: 'no scheme but user-info', text: 'admin:x@10.0.0.5/a', requestUri: 'rtsp://10.0.0.5/a' },
    { name: 'one slash', text: 'rtsp:/10.0.0.5/a', requestUri: 'rtsp://10.0.0.5/a' },
    { name: 'upper case scheme', text: 'RTSP://Cam.LAN/A', host: 'Cam.LAN', requestUri: 'rtsp://Cam.LAN/A' },
    { name: 'blanks around and inside', text: ' rtsp://10.0.0.5/a b ', requestUri: 'rtsp://10.0.0.5/a%20b' },
    {
      name: 'dots kept (WHATWG collapses them)',
      text: 'rtsp://10.0.0.5/a/../b/./c',
      requestUri: 'rtsp://10.0.0.5/a/../b/./c',
    },
    { name: 'query without path', text: 'rtsp://10.0.0.5?x=1', requestUri: 'rtsp://10.0.0.5?x=1' },
    {
      name: 'underscore and umlaut in the name',
      text: 'rtsp://tür_kamera/a',
      host: 'tür_kamera',
      requestUri: 'rtsp://tür_kamera/a',
    },
  ])('reads $name', ({ text, name: _name, ...expected }) => {
    expect(parsed(text)).toMatchObject(expected);
  });

  it.each([
    { text: '', problem: 'The address has no usable host name, or its port is not a number from 1 to 65535' },
    { text: 'http://10.0.0.5/canary', problem: 'The address must begin with rtsp:// or rtsps://' },
    { text: 'rtsp://', problem: 'The address has no usable host name, or its port is not a number from 1 to 65535' },
    {
      text: 'rtsp://10.0.0.5:0/canary',
      problem: 'The address has no usable host name, or its port is not a number from 1 to 65535',
    },
    {
      text: 'rtsp://10.0.0.5:99999/canary',
      problem: 'The address has no usable host name, or its port is not a number from 1 to 65535',
    },
    { text: 'rtsp://10.0.0.5/a\r\nX: canary', problem: 'The address holds a line break or another control character' },
    { text: `rtsp://10.0.0.5/${'canary'.repeat(400)}`, problem: 'The address is longer than 2048 characters' },
  ])('refuses $text without repeating it', ({ text, problem }) => {
    expect(parseRtspUrl(text)).toEqual({ ok: false, problem });
    expect(inspect(parseRtspUrl(text))).not.toContain('canary');
  });

  it('item 3: request URI never contains user-info', () => {
    for (const userInfo of ['u:p', 'u', 'a@b:c@d', 'u:p/q', 'u:%40']) {
      expect(parsed(`rtsp://${userInfo}@10.0.0.5:554/live`).requestUri).toBe('rtsp://10.0.0.5:554/live');
    }
  });
});
