import fc from 'fast-check';
import { drawSample, type Drawable, type KindTotal } from './draw-sample';

const rowsOf = (count: number, kind = 6, longest = 1_000): Drawable[] =>
  Array.from({ length: count }, (_, n) => ({
    kind,
    category: ['books', 'toys', ''][n % 3] ?? '',
    bytes: 10 + ((n * 7_919) % longest),
    chance: (n * 2_654_435_761) % 2 ** 32,
  }));
const totalsOf = (rows: readonly Drawable[]): Map<number, KindTotal> =>
  new Map(
    [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, some]) => [
      kind,
      { rows: some.length, bytes: some.reduce((sum, { bytes }) => sum + bytes, 0) },
    ]),
  );
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test.each([
  [1, 100],
  [100, 100],
])('%i rows and a sample of %i: all of them, each for itself', (count, size) => {
  const rows = rowsOf(count);
  expect(drawSample(rows, totalsOf(rows), size)).toEqual(rows.map((row) => ({ row, weight: 1 })));
});

test('lengths and categories have their shares', () => {
  const rows = rowsOf(3_000);
  const drawn = drawSample(rows, totalsOf(rows), 90);
  expect(drawn).toHaveLength(90);
  for (const category of ['books', 'toys', ''])
    expect(drawn.filter(({ row }) => row.category === category)).toHaveLength(30);
  expect(drawn.filter(({ row }) => row.bytes < 110).length).toBeGreaterThanOrEqual(7);
  expect(drawn.filter(({ row }) => row.bytes < 110).length).toBeLessThanOrEqual(11);
});

test('a kind that is rare is drawn too, and stands for no more than it is', () => {
  const rows = [...rowsOf(999), ...rowsOf(1, 9)];
  const rare = drawSample(rows, totalsOf(rows), 50).filter(({ row }) => row.kind === 9);
  expect(rare).toMatchObject([{ weight: expect.closeTo(1, 1) }]);
});

test('a kind of which none is left in the pool is stood for by the others', () => {
  const rows = rowsOf(100);
  const totals = totalsOf(rows).set(9, { rows: 100, bytes: 1_000 });
  expect(sum(drawSample(rows, totals, 10).map(({ weight }) => weight))).toBeCloseTo(200);
});

test('whatever the rows are, they stand for all rows and, of each kind, for all bytes', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 400 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 5_000 }),
      (count, size, longest) => {
        const rows = rowsOf(count, 6, longest);
        const drawn = drawSample(rows, totalsOf(rows), size);
        expect(sum(drawn.map(({ weight }) => weight))).toBeCloseTo(count, 6);
        expect(drawn.every(({ weight }) => weight > 0)).toBe(true);
        expect(new Set(drawn.map(({ row }) => row)).size).toBe(drawn.length);
        const bytes = sum(drawn.map(({ row, weight }) => weight * row.bytes));
        if (drawn.length >= 30) expect(bytes).toBeCloseTo(sum(rows.map((row) => row.bytes)), 3);
      },
    ),
  ));
