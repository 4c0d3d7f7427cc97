import fc from 'fast-check';
import { betaI, lnBetaI } from './beta';

test.each([
  ['uniform', 0.3, 1, 1, 0.3],
  ['a power of x', 0.5, 3, 1, 0.125],
  ['a power of 1 − x', 0.5, 1, 3, 0.875],
  ['symmetric at a half', 0.5, 7, 7, 0.5],
  ['arcsine', 0.25, 0.5, 0.5, 1 / 3],
  ['3 of 4 coins at most', 0.5, 1, 4, 0.9375],
  ['below the range', -1, 2, 2, 0],
  ['above the range', 2, 2, 2, 1],
])('%s', (_name, x, a, b, value) => expect(betaI(x, a, b)).toBeCloseTo(value, 12));

test('what is too small for a number stays exact in its logarithm', () =>
  expect(lnBetaI(0.001, 400, 1)).toBeCloseTo(400 * Math.log(0.001), 8));

test('a parameter that is not above 0 throws', () => expect(() => betaI(0.5, 0, 1)).toThrow(RangeError));

const shape = fc.double({ min: 0.1, max: 2_000, noNaN: true });
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });

test('it mirrors: I(x; a, b) + I(1 − x; b, a) = 1', () =>
  fc.assert(fc.property(share, shape, shape, (x, a, b) => Math.abs(betaI(x, a, b) + betaI(1 - x, b, a) - 1) < 1e-8)));

test('it rises with x', () =>
  fc.assert(
    fc.property(share, share, shape, shape, (x, y, a, b) =>
      x <= y ? betaI(x, a, b) <= betaI(y, a, b) + 1e-9 : betaI(y, a, b) <= betaI(x, a, b) + 1e-9,
    ),
  ));
