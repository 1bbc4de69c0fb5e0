import { meanMsBetween, metricByLabel, metricIn } from './service-metrics.ts';

const METRICS = `# HELP oriel_frames_total Frames
# TYPE oriel_frames_total counter
oriel_frames_total{camera="a"} 3
oriel_frames_total{camera="b"} 4
oriel_frames_total_of_another_kind 100
oriel_decode_seconds_bucket{le="0.001"} 1
oriel_decode_seconds_sum 0.5
oriel_decode_seconds_count 100
`;

test.each([
  { name: 'oriel_frames_total', expected: 7 },
  { name: 'oriel_decode_seconds_count', expected: 100 },
  { name: 'oriel_missing', expected: 0 },
])('$name is $expected', ({ name, expected }) => {
  expect(metricIn(METRICS, name)).toBe(expected);
});

test('by camera', () => {
  const text = `${METRICS}oriel_frames_total{service="x",camera="b",kind="y"} 5\n`;
  expect([...metricByLabel(text, 'oriel_frames_total', 'camera')]).toEqual([
    ['a', 3],
    ['b', 9],
  ]);
  expect(metricByLabel(text, 'oriel_decode_seconds_sum', 'camera').size).toBe(0);
});

test('the mean of a histogram is that of the time in between', () => {
  const later = METRICS.replace('_sum 0.5', '_sum 1.1').replace('_count 100', '_count 300');
  expect(meanMsBetween(METRICS, later, 'oriel_decode_seconds')).toBeCloseTo(3);
});
