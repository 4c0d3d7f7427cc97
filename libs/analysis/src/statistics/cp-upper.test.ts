import fc from 'fast-check';
import { cpLower, cpUpper } from './cp-upper';

test.each([
  [0.005, 598],
  [0.01, 299],
  [0.02, 149],
  [0.05, 59],
])('a rate of %d is shown at 95 %% by %i clean samples, and by none fewer', (delta, n) => {
  expect(cpUpper(0, n, 0.95)).toBeLessThanOrEqual(delta);
  expect(cpUpper(0, n - 1, 0.95)).toBeGreaterThan(delta);
});

test.each([
  ['nothing seen', 0, 0],
  ['all bad', 5, 5],
])('%s: 1', (_name, k, n) => expect(cpUpper(k, n, 0.95)).toBe(1));

test('a known table value: 2 of 20', () => {
  expect(cpUpper(2, 20, 0.975)).toBeCloseTo(0.317, 3);
  expect(cpLower(2, 20, 0.975)).toBeCloseTo(0.01235, 4);
});

test('the bounds hold the rate between them and part as the confidence grows', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, drawn) => {
      const k = drawn % (n + 1);
      const rate = k / n;
      expect(cpUpper(k, n, 0.9)).toBeGreaterThanOrEqual(rate);
      expect(cpLower(k, n, 0.9)).toBeLessThanOrEqual(rate);
      expect(cpUpper(k, n, 0.99)).toBeGreaterThanOrEqual(cpUpper(k, n, 0.9));
    }),
    { numRuns: 50 },
  ));
