import { forecastTime, type Pace } from './forecast-time';

const quick = { p50: 100, p95: 200, mean: 110, deviation: 40 };
const pace = (but: Partial<Pace> = {}): Pace => ({ times: quick, slots: 10, ahead: 0, ...but });

test.each<[string, number, Pace, { p50: string; p95: string } | null]>([
  ['nobody is there', 1, pace({ slots: 0 }), null],
  ['one job', 1, pace(), { p50: '1s', p95: '1s' }],
  ['one job that nobody has seen the like of', 1, pace({ times: null }), { p50: '2s', p95: '4s' }],
  ['a thousand', 1_000, pace(), { p50: '15s', p95: '18s' }],
  ['a thousand behind a thousand', 1_000, pace({ ahead: 1_000 }), { p50: '28s', p95: '35s' }],
  ['a thousand on ten times the slots', 1_000, pace({ slots: 100 }), { p50: '2s', p95: '3s' }],
  ['minutes', 20_000, pace(), { p50: '5m', p95: '6m' }],
  ['hours', 1_000_000, pace(), { p50: '4h', p95: '5h' }],
])('%s', (_name, jobs, at, expected) => {
  expect(forecastTime(jobs, at)).toEqual(expected);
});
