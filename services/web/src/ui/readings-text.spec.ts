import { bitrateText, countText, durationText, framesPerSecondText, resolutionText } from './readings-text.ts';

it.each([
  [framesPerSecondText(0), '0.0'],
  [framesPerSecondText(4.96), '5.0'],
  [framesPerSecondText(9.94), '9.9'],
  [framesPerSecondText(9.96), '10'],
  [framesPerSecondText(29.7), '30'],
  [durationText(undefined), '–'],
  [durationText(42.4), '42 ms'],
  [durationText(1_400), '1.4 s'],
  [durationText(59_600), '60 s'],
  [durationText(180_000), '3 min'],
  [durationText(10_800_000), '3 h'],
  [bitrateText(0), '0 kbit/s'],
  [bitrateText(640_000), '640 kbit/s'],
  [bitrateText(4_240_000), '4.2 Mbit/s'],
  [bitrateText(24_800_000), '25 Mbit/s'],
  [countText(0), '0'],
  [countText(999), '999'],
  [countText(1_234_567), '1\u202f234\u202f567'],
  [resolutionText(undefined), '–'],
  [resolutionText({ width: 1280, height: 720 }), '1280 × 720'],
])('writes %j as %j', (text, expected) => {
  expect(text).toBe(expected);
});
