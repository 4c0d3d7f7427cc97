import { addUp, sums } from './sums';

test.each([
  ['nothing to add', [], 1, undefined],
  ['right', [{ what: 'total', said: 6, due: addUp([1, 2, 3]) }], 1, undefined],
  ['rounded to a cent', [{ what: 'total', said: 0.33, due: 1 / 3 }], 1, undefined],
  ['what floats make of it', [{ what: 'total', said: 0.3, due: addUp([0.1, 0.2]) }], 1, undefined],
  ['two cents off', [{ what: 'total', said: 10.02, due: 10 }], 0, 'total is 10, not 10.02'],
  ['no number', [{ what: 'total', said: Number.NaN, due: 10 }], 0, 'total is 10, not NaN'],
  [
    'one of two',
    [
      { what: 'line 1', said: 4, due: 4 },
      { what: 'line 2', said: 5, due: 2 * 3 },
    ],
    0.5,
    'line 2 is 6, not 5',
  ],
])('%s', (_name, said, value, why) => expect(sums(said)).toEqual({ name: 'sums', value, ...(why && { why }) }));

test('a wider tolerance for what is rounded often', () =>
  expect(sums([{ what: 'percents', said: 99.9, due: 100 }], 0.1).value).toBe(1));
