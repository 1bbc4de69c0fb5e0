import { parseProgramOptions } from './program-options.ts';

const cameraOf = (...args: string[]) => {
  const request = parseProgramOptions(args);
  return request.type === 'run' ? request.camera : undefined;
};

describe('parseProgramOptions', () => {
  it('serves a live picture on port 8554 when nothing is asked', () => {
    expect(cameraOf()).toMatchObject({ port: 8554, source: { type: 'live' }, framerate: 30, faults: {} });
  });

  it.each([
    {
      args: ['--size', '1920x1080', '--gop', '10s', '--framerate', '25'],
      camera: { width: 1920, height: 1080, gopFrames: 250 },
    },
    { args: ['--gop', '60', '--bitrate', '2.5M'], camera: { gopFrames: 60, bitrateBps: 2_500_000 } },
    { args: ['--cameras', '100', '--pre-encoded'], camera: { cameras: 100, source: { type: 'pre-encoded' } } },
    {
      args: ['--clip', 'yard.mp4', '--start', 'live'],
      camera: { source: { type: 'clip', file: 'yard.mp4' }, start: 'live' },
    },
    {
      args: ['--user', 'a:b:c', '--user', 'd:e', '--algorithm', 'sha-256', '--qop'],
      camera: { authentication: { scheme: 'digest', users: { a: 'b:c', d: 'e' }, algorithm: 'SHA-256', qop: true } },
    },
    {
      args: ['--loss', '0.01', '--reply-delay', '1.5', '--delay', '0.2', '--refuse', '453', '--no-marker'],
      camera: { faults: { lossRate: 0.01, replyDelayMs: 1500, delayMs: 200, refuseStatus: 453, noMarker: true } },
    },
  ])('$args', ({ args, camera }) => {
    expect(cameraOf(...args)).toMatchObject(camera);
  });

  it('takes commands by the clock', () => {
    expect(parseProgramOptions(['--at', '10 reboot 5', '--every', '0.5 ssrc', '--at', '3 half-open'])).toMatchObject({
      scheduled: [
        { when: 'at', seconds: 10, command: 'reboot 5' },
        { when: 'at', seconds: 3, command: 'half-open' },
        { when: 'every', seconds: 0.5, command: 'ssrc' },
      ],
    });
  });

  it('shows help', () => {
    expect(parseProgramOptions(['--help'])).toEqual({ type: 'help' });
  });

  it.each([
    { args: ['--size', 'big'], says: '--size must look like 1280x720, not big' },
    { args: ['--port', '99999'], says: '--port must be a number from 0 to 65535, not 99999' },
    { args: ['--gop', '0'], says: '--gop must be pictures (60) or seconds (2s), not 0' },
    { args: ['--codec', 'vp8'], says: '--codec must be one of h264, h265, not vp8' },
    { args: ['--auth', 'digest'], says: '--auth needs at least one --user NAME:PASSWORD' },
    { args: ['--user', 'secret'], says: '--user must look like NAME:PASSWORD' },
    { args: ['--at', 'noon reboot'], says: "--at must look like '10 reboot 5', not 'noon reboot'" },
    { args: ['--every', '0 ssrc'], says: "--every must look like '10 reboot 5', not '0 ssrc'" },
    { args: ['--nope'], says: 'nope' },
  ])('refuses $args in a sentence', ({ args, says }) => {
    expect(() => cameraOf(...args)).toThrow(says);
  });
});
