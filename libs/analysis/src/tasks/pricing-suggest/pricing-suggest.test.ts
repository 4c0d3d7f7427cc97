import { objectionsTo } from '@winnow/testing/objections-to';
import { pricingSuggest } from './pricing-suggest';

const asked = {
  product: 'The bottle that keeps the water cold for you',
  cost: '8.40',
  competitorPrices: ['19.99', '24.90'],
};
const answer = { price: 21, low: 18, high: 25, margin: 0.6, reasons: ['It covers the cost of 8.40.'] };

test.each([
  ['all of it fits', {}, []],
  ['on the lower bound', { low: 21 }, []],
  ['over the upper bound', { high: 20 }, ['range:price']],
  ['under the lower bound', { low: 22 }, ['range:price']],
  ['a margin of the cost', { margin: 1 }, ['margin']],
  ['no reason', { reasons: [] }, ['filled']],
  [
    'figures of the answer',
    { reasons: ['A price of 21.00 lies between 18 and 25 and leaves 60 %; 2 others are dearer.'] },
    [],
  ],
  ['a figure of its own', { reasons: ['90 % of buyers would pay it.'] }, ['numbers:reasons']],
  ['another language', { reasons: ['Der Preis ist für das Produkt nicht zu hoch und sehr gut.'] }, ['language']],
])('%s', (_name, but, objections) =>
  expect(objectionsTo(pricingSuggest, asked, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['product and cost', { product: 'x', cost: '1' }, true],
  ['no cost', { product: 'x' }, false],
  ['a cost as a number', { product: 'x', cost: 1.5 }, false],
  ['prices with a currency', { product: 'x', cost: '1', competitorPrices: ['$2'] }, false],
])('input: %s: %s', (_name, input, ok) => expect(pricingSuggest.input.safeParse(input).success).toBe(ok));
