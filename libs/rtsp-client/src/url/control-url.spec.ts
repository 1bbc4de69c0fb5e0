import { type DescribeLocation, resolveAggregateUrl, resolveBaseUrl, resolveControlUrl } from './control-url.ts';
import { parseRtspUrl, type RtspUrl } from './rtsp-url.ts';

function url(text: string): RtspUrl {
  const parsed = parseRtspUrl(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.url;
}

const request = url('rtsp://u:p@10.0.0.5/live');
const nothing: DescribeLocation = {
  request,
  contentBase: undefined,
  contentLocation: undefined,
  sessionControl: undefined,
};

describe('item 30, device 21: base URL', () => {
  it.each([
    {
      name: 'absolute Content-Base',
      location: { contentBase: 'rtsp://10.0.0.5/live/' },
      base: 'rtsp://10.0.0.5/live/',
    },
    {
      name: 'without final slash (h264dvr)',
      location: { contentBase: 'rtsp://10.0.0.5/live' },
      base: 'rtsp://10.0.0.5/live',
    },
    {
      name: 'without scheme (Anjvision, moonfire#356)',
      location: { contentBase: '10.0.0.5/live/' },
      base: 'rtsp://10.0.0.5/live/',
    },
    { name: 'path only (gortsplib#636)', location: { contentBase: '/other/' }, base: 'rtsp://10.0.0.5/other/' },
    { name: 'Content-Location', location: { contentLocation: 'rtsp://10.0.0.5/here/' }, base: 'rtsp://10.0.0.5/here/' },
    {
      name: 'empty Content-Base beside Content-Location',
      location: { contentBase: ' ', contentLocation: '/here/' },
      base: 'rtsp://10.0.0.5/here/',
    },
    {
      name: 'absolute session control',
      location: { sessionControl: 'rtsp://10.0.0.5/ctl/' },
      base: 'rtsp://10.0.0.5/ctl/',
    },
    {
      name: 'Content-Base before session control',
      location: { contentBase: '/b/', sessionControl: 'rtsp://10.0.0.5/ctl/' },
      base: 'rtsp://10.0.0.5/b/',
    },
    { name: 'nothing (VStarcam, foscam)', location: {}, base: 'rtsp://10.0.0.5/live' },
    {
      name: 'Content-Base that cannot be read',
      location: { contentBase: 'rtsp://:bad:/' },
      base: 'rtsp://10.0.0.5/live',
    },
    {
      name: 'Dahua query',
      location: { contentBase: 'rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0/' },
      base: 'rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0/',
    },
  ])('$name', ({ location, base }) => {
    expect(resolveBaseUrl({ ...nothing, ...location })).toBe(base);
  });

  it('PLAY goes to the session control, else to the base', () => {
    expect(resolveAggregateUrl({ ...nothing, contentBase: '/b/', sessionControl: '*' })).toBe('rtsp://10.0.0.5/b/');
    expect(resolveAggregateUrl({ ...nothing, contentBase: '/b/', sessionControl: 'all' })).toBe(
      'rtsp://10.0.0.5/b/all',
    );
    expect(resolveAggregateUrl({ ...nothing, contentBase: '/b/', sessionControl: 'rtsp://10.0.0.5/x' })).toBe(
      'rtsp://10.0.0.5/x',
    );
    expect(resolveAggregateUrl(nothing)).toBe('rtsp://10.0.0.5/live');
  });
});

describe('item 31, device 21: control URL', () => {
  const base = 'rtsp://10.0.0.5/live/';
  it.each([
    { name: 'relative', base, control: 'trackID=1', target: 'rtsp://10.0.0.5/live/trackID=1' },
    {
      name: 'relative, base without slash (retina#9)',
      base: 'rtsp://10.0.0.5/live',
      control: 'trackID=1',
      target: 'rtsp://10.0.0.5/live/trackID=1',
    },
    { name: '*', base, control: '*', target: base },
    { name: 'empty', base, control: '', target: base },
    { name: 'absent', base, control: undefined, target: base },
    { name: 'leading / (go2rtc#1236)', base, control: '/trackID=1', target: 'rtsp://10.0.0.5/live/trackID=1' },
    {
      name: 'leading ?',
      base: 'rtsp://10.0.0.5/live',
      control: '?ctype=video',
      target: 'rtsp://10.0.0.5/live?ctype=video',
    },
    {
      name: 'after a query string (Dahua, GW Security)',
      base: 'rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0&proto=Onvif/',
      control: 'trackID=0',
      target: 'rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0&proto=Onvif/trackID=0',
    },
    {
      name: 'after a query string without slash',
      base: 'rtsp://10.0.0.5/c?x=1',
      control: 'trackID=0',
      target: 'rtsp://10.0.0.5/c?x=1/trackID=0',
    },
    {
      name: 'absolute with a query after the track (Hikvision)',
      base,
      control: 'rtsp://10.0.0.5/Streaming/Channels/101/trackID=1?transportmode=unicast',
      target: 'rtsp://10.0.0.5/Streaming/Channels/101/trackID=1?transportmode=unicast',
    },
    {
      name: 'absolute with a port of its own',
      base,
      control: 'rtsp://10.0.0.5:554/live/1',
      target: 'rtsp://10.0.0.5:554/live/1',
    },
    {
      name: 'item 3: absolute with user-info',
      base,
      control: 'rtsp://u:p@10.0.0.5/live/1',
      target: 'rtsp://10.0.0.5/live/1',
    },
    { name: 'a blank in it', base, control: 'track 1', target: 'rtsp://10.0.0.5/live/track%201' },
  ])('$name', ({ base, control, target }) => {
    expect(resolveControlUrl(base, control, request)).toBe(target);
  });
});

describe('item 32, device 22: a foreign host in the control URL', () => {
  const behindNat = url('rtsp://camera.example:8554/live');
  it('becomes the host connected to (webrtc-streamer#215)', () => {
    expect(resolveControlUrl('rtsp://x/', 'rtsp://192.168.1.108/live/1', behindNat)).toBe(
      'rtsp://camera.example:8554/live/1',
    );
  });
  it('also in Content-Base', () => {
    const location = { ...nothing, request: behindNat, contentBase: 'rtsp://192.168.1.108:554/live/' };
    expect(resolveBaseUrl(location)).toBe('rtsp://camera.example:8554/live/');
  });
  it('stays when asked for', () => {
    const options = { keepForeignHosts: true };
    expect(resolveControlUrl('rtsp://x/', 'rtsp://192.168.1.108/live/1', behindNat, options)).toBe(
      'rtsp://192.168.1.108/live/1',
    );
  });
});
