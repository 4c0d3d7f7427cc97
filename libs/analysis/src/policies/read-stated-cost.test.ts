import { readStatedCost } from './read-stated-cost';

test.each<[string, readonly unknown[], bigint]>([
  ['as it is written', [0.0000312], 31_200n],
  ['where a float has no such number', [0.1], 100_000_000n],
  ['with an exponent', [1.5e-7], 150n],
  ['under a nano-dollar: upwards', [1e-10], 1n],
  ['between two nano-dollars: upwards', [0.00001234567], 12_346n],
  ['whole dollars', [3], 3_000_000_000n],
  ['nothing: a model that is free', [0], 0n],
  ['zero below zero', [-0], 0n],
  ['the most that is believed', [1_000], 1_000_000_000_000n],
  ['what two ask, added without a float', [0.1, 0.2], 300_000_000n],
])('a cost %s', (_name, parts, nanos) => expect(readStatedCost(parts)).toEqual({ kind: 'stated', nanos }));

test.each<[string, unknown]>([
  ['negative', -0.01],
  ['not a number', Number.NaN],
  ['without end', Number.POSITIVE_INFINITY],
  ['text', '0.01'],
  ['null', null],
  ['more than any call costs', 1_000.01],
])('a cost that is %s is not believed', (_name, value) => {
  expect(readStatedCost([value])).toEqual({ kind: 'absurd' });
  expect(readStatedCost([0.1, value])).toEqual({ kind: 'absurd' });
});

test('none stated', () => expect([readStatedCost(), readStatedCost([])]).toEqual([{ kind: 'none' }, { kind: 'none' }]));
