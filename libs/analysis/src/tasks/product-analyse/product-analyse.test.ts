import type { CheckResult } from '@winnow/contracts';
import { productAnalyse } from './product-analyse';

const checksOf = productAnalyse.checks as unknown as (input: unknown, output: unknown) => readonly CheckResult[];
const listing = {
  title: 'Steel bottle, 750 ml',
  description: 'Keeps drinks cold for 24 hours.',
  brand: 'Fjord',
  price: '19.99',
};
const answer = {
  category: 'water bottle',
  priceBand: 'mid',
  completeness: 0.5,
  gaps: ['material'],
  strengths: ['Keeps drinks cold'],
};

test.each([
  ['quoted from the description', {}, {}, [1, 1]],
  ['quoted from the title', {}, { strengths: ['750 ml'] }, [1, 1]],
  ['the brand is a strength too', {}, { strengths: ['Fjord'] }, [1, 1]],
  ['made up', {}, { strengths: ['dishwasher safe'] }, [1, 0]],
  ['a band without a price', { price: undefined }, {}, [0, 1]],
  ['unknown without a price', { price: undefined }, { priceBand: 'unknown' }, [1, 1]],
  ['unknown although there is a price', {}, { priceBand: 'unknown' }, [1, 1]],
  ['nothing but a title', { description: undefined, brand: undefined }, { strengths: ['steel bottle'] }, [1, 1]],
])('%s', (_name, asked, answered, values) => {
  const checks = checksOf({ ...listing, ...asked }, { ...answer, ...answered });
  expect(checks.map(({ name }) => name)).toEqual(['range:priceBand', 'grounded:strengths']);
  expect(checks.map(({ value }) => value)).toEqual(values);
});

test.each([
  ['19.99', true],
  ['19', true],
  ['19,99', false],
  ['-1', false],
  ['1e3', false],
  ['0.12345', false],
])('a price of %s: %s', (price, ok) => expect(productAnalyse.input.safeParse({ title: 'x', price }).success).toBe(ok));
