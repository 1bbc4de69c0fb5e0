import { splitCameraUrl } from './camera-url.ts';

describe('splitCameraUrl', () => {
  it.each([
    { text: 'rtsp://cam/1', url: 'rtsp://cam/1', credentials: undefined },
    { text: 'rtsp://admin@cam/1', url: 'rtsp://cam/1', credentials: { username: 'admin', password: '' } },
    { text: 'rtsp://:pw@cam', url: 'rtsp://cam', credentials: { username: '', password: 'pw' } },
    { text: 'rtsp://@cam/1', url: 'rtsp://cam/1', credentials: undefined },
    { text: 'rtsp://a:b:c@cam', url: 'rtsp://cam', credentials: { username: 'a', password: 'b:c' } },
    { text: 'rtsp://a:p@ss@cam:554/x', url: 'rtsp://cam:554/x', credentials: { username: 'a', password: 'p@ss' } },
    { text: 'rtsp://a:p/s#s?w@cam?x=1', url: 'rtsp://cam?x=1', credentials: { username: 'a', password: 'p/s#s?w' } },
    { text: 'rtsp://a:12/34@cam/', url: 'rtsp://cam/', credentials: { username: 'a', password: '12/34' } },
    { text: 'rtsp://a:%40%3a%25%E4%2@cam/', url: 'rtsp://cam/', credentials: { username: 'a', password: '@:%%E4%2' } },
    { text: 'rtsp://a:%2540@cam/', url: 'rtsp://cam/', credentials: { username: 'a', password: '%40' } },
    {
      text: 'rtsp://a:%C3%A4@[fe80::1%25eth0]:554/',
      url: 'rtsp://[fe80::1%25eth0]:554/',
      credentials: { username: 'a', password: 'ä' },
    },
    {
      text: 'rtsp://a:%C3%A4@[fe80::1%eth0]:554/',
      url: 'rtsp://[fe80::1%eth0]:554/',
      credentials: { username: 'a', password: 'ä' },
    },
    { text: 'RTSPS://a:b@10.0.0.7/', url: 'RTSPS://10.0.0.7/', credentials: { username: 'a', password: 'b' } },
    { text: 'rtsp://a:b@cam/path@', url: 'rtsp://cam/path@', credentials: { username: 'a', password: 'b' } },
    {
      text: 'rtsp://a:b@cam/path%40host/',
      url: 'rtsp://cam/path%40host/',
      credentials: { username: 'a', password: 'b' },
    },
  ])('splits $text', ({ text, url, credentials }) => {
    expect(splitCameraUrl(text)).toEqual({ url, credentials });
  });
});
