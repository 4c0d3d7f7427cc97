import { isDelta, judgeRate, weighRate } from './certificate';
import { seeded } from './seeded';

test.each([
  [0.01, 358],
  [0.02, 178],
  [0.05, 71],
])('δ %d is certified by %i clean samples, and by none fewer', (delta, n) => {
  expect(judgeRate(0, n, delta)).toBe('certified');
  expect(judgeRate(0, n - 1, delta)).toBe('learning');
});

test.each([
  ['nothing seen', 0, 0, 'learning'],
  ['mostly bad', 10, 20, 'refused'],
  ['about as promised', 5, 100, 'learning'],
  ['clean for long', 10, 2_000, 'certified'],
])('%s at δ .05: %#', (_name, bad, n, wanted) => expect(judgeRate(bad, n, 0.05)).toBe(wanted));

test('before the first sample neither side has evidence', () => {
  const { low, high } = weighRate(0, 0, 0.05);
  expect(low).toBeCloseTo(0, 9);
  expect(high).toBeCloseTo(0, 9);
});

const streams = 400;
const certified = (rate: number, delta: number, upTo: number): number => {
  let count = 0;
  for (let seed = 0; seed < streams; seed += 1) {
    const random = seeded(seed * 31 + 7);
    let bad = 0;
    for (let n = 1; n <= upTo; n += 1) {
      bad += random() < rate ? 1 : 0;
      // every fifth look is enough: a certificate that stands at one look mostly stands at the next
      if (n % 5 !== 0) continue;
      const verdict = judgeRate(bad, n, delta);
      if (verdict === 'learning') continue;
      count += verdict === 'certified' ? 1 : 0;
      break;
    }
  }
  return count / streams;
};

test('at a true rate of δ at most 5 % of streams are certified, looked at again and again', () =>
  expect(certified(0.05, 0.05, 1_500)).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / streams)));
test('at twice δ as good as none is', () => expect(certified(0.1, 0.05, 1_500)).toBeLessThanOrEqual(0.01));
test('at half of δ most are', () => expect(certified(0.025, 0.05, 1_500)).toBeGreaterThan(0.85));

test.each([
  [0.004, false],
  [0.005, true],
  [0.2, true],
  [0.21, false],
  [Number.NaN, false],
])('δ %d may be asked for: %s', (delta, wanted) => {
  expect(isDelta(delta)).toBe(wanted);
  if (!wanted) expect(() => weighRate(0, 1, delta)).toThrow(RangeError);
});
