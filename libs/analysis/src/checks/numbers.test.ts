import { numbers } from './numbers';

const source =
  'Steel bottle, 750ml, $19.99, 1,500 sold in 2024. Keeps cold for 24 hours. Fits A4 bags; model WH-900. 20%';

test.each([
  ['no number', 'A steel bottle', 1, undefined],
  ['as written', 'Holds 750ml', 1, undefined],
  ['the unit spelt out', 'Holds 750 millilitres for 24h', 1, undefined],
  ['the currency behind', 'Costs 19.99 USD', 1, undefined],
  ['another way to write thousands', '1500 or 1.500 sold', 1, undefined],
  ['a decimal comma', 'Costs 19,99', 1, undefined],
  ['without its unit', 'The 750', 1, undefined],
  ['a percentage in words', '20 percent off', 1, undefined],
  ['digits of a word are no number', 'An A5 bag', 1, undefined],
  ['a new number', 'Lasts 48 hours', 0, 'the input does not have 48 hours'],
  ['a new unit', 'Holds 750 l', 0, 'the input does not have 750 l'],
  ['a unit where there was none', '2024 kg', 0, 'the input does not have 2024 kg'],
  ['a number that is part of another', 'Holds 75', 0, 'the input does not have 75'],
  ['one of two', '750 ml and 5 years', 0.5, 'the input does not have 5 years'],
  ['a date that is not there', 'on 12.05.2024', 0, 'the input does not have 12.05.2024'],
])('%s', (_name, answer, value, why) =>
  expect(numbers(answer, source)).toEqual({ name: 'numbers', value, ...(why && { why }) }),
);

test('a figure at the end of the largest input is found', () =>
  expect(numbers('41 litres', `${'7 '.repeat(9_000)}${'word '.repeat(40_000)}41 litres`).value).toBe(1));

test('a long text is read up to a bound, in a blink', () => {
  const began = performance.now();
  numbers('1,1'.repeat(100_000), '7 '.repeat(100_000));
  expect(performance.now() - began).toBeLessThan(1_000);
});
