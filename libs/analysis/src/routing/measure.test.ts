import fc from 'fast-check';
import { apgr, callsFor, curveOf, rank } from './measure';

/** Ten prompts: the strong model gains on the first five. */
const rows = Array.from({ length: 10 }, (_, i) => ({ weak: i < 5 ? 0 : 1, strong: 1 }));
const falling = rows.map((_, i) => -i);
const rising = rows.map((_, i) => i);

test.each([
  ['all gains first', falling, 0.75, 0.25, 0.4],
  ['all gains last', rising, 0.25, 0.75, 0.9],
])('%s', (_name, scores, area, half, most) => {
  const curve = curveOf(rank(rows, scores));
  expect(curve).toMatchObject({ weak: 0.5, strong: 1 });
  expect(curve.accuracy).toHaveLength(11);
  expect(apgr(curve)).toBeCloseTo(area, 12);
  expect(callsFor(curve, 0.5)).toBeCloseTo(half, 12);
  expect(callsFor(curve, 0.8)).toBeCloseTo(most, 12);
});

test('counting each row twice changes nothing', () => {
  const ranking = rank(rows, falling);
  const twice = curveOf(ranking, new Uint16Array(10).fill(2));
  for (const [i, y] of twice.accuracy.entries()) expect(y).toBeCloseTo(curveOf(ranking).accuracy[i]!, 12);
});

test('a share that is never reached takes all calls', () => {
  const worse = { weak: 0.5, strong: 0.8, accuracy: [0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.6] };
  expect(callsFor(worse, 0.8)).toBe(1);
});

test('a curve begins at the weak model and ends at the strong one, whatever the order and the replicate', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          weak: fc.constantFrom(0, 1),
          strong: fc.constantFrom(0, 1),
          score: fc.integer(),
          times: fc.nat(3),
        }),
        { minLength: 1, maxLength: 60 },
      ),
      (drawn) => {
        const times = Uint16Array.from([1, ...drawn.slice(1).map((row) => row.times)]);
        const total = times.reduce((sum, n) => sum + n);
        const mean = (key: 'weak' | 'strong') => drawn.reduce((sum, row, i) => sum + times[i]! * row[key], 0) / total;
        const { accuracy } = curveOf(
          rank(
            drawn,
            drawn.map(({ score }) => score),
          ),
          times,
        );
        expect(accuracy).toHaveLength(11);
        expect(accuracy[0]).toBeCloseTo(mean('weak'), 9);
        expect(accuracy[10]).toBeCloseTo(mean('strong'), 9);
        expect(accuracy.every((y) => y >= -1e-9 && y <= 1 + 1e-9)).toBe(true);
      },
    ),
  ));
