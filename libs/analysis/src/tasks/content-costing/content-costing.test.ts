import { objectionsTo } from '@winnow/testing/objections-to';
import { contentCosting } from './content-costing';

const asked = {
  items: [
    { name: 'The body that is for the bottle and the lid in it', qty: 120, unitCost: '3.20' },
    { name: 'Lid', qty: 0.5, unitCost: '0.333' },
  ],
  overheads: [{ name: 'Freight', amount: '90.00' }],
};
const line = (name: string, qty: number, unitCost: number, amount: number) => ({ name, qty, unitCost, amount });
const lines = [line('Body', 120, 3.2, 384), line('Lid', 0.5, 0.333, 0.17), line('Freight', 1, 90, 90)];
const answer = { lines, total: 474.17, assumptions: ['Prices are net of tax.'] };

test.each([
  ['all of it adds up', {}, []],
  ['a product is wrong', { lines: [line('Body', 120, 3.2, 394), ...lines.slice(1)] }, ['sums:lines']],
  [
    'a product of figures that were not given',
    { lines: [line('Body', 100, 3.2, 320), ...lines.slice(1)] },
    ['sums:lines'],
  ],
  ['the total is wrong', { total: 384.17 }, ['sums:total']],
  ['an overhead left out', { lines: lines.slice(0, 2), total: 384.17 }, ['length:lines', 'sums:total']],
  ['a line too many', { lines: [...lines, line('Tax', 1, 1, 1)] }, ['length:lines', 'sums:lines']],
  ['no assumptions', { assumptions: [] }, ['filled']],
  ['another language', { assumptions: ['Die Preise sind ohne Steuer und nicht für das Ausland.'] }, ['language']],
])('%s', (_name, but, objections) =>
  expect(objectionsTo(contentCosting, asked, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['an item without a name', { items: [{ qty: 1, unitCost: '1' }] }, true],
  ['no items', { items: [] }, false],
  ['nothing of an item', { items: [{ qty: 0, unitCost: '1' }] }, false],
  ['a cost as a number', { items: [{ qty: 1, unitCost: 1 }] }, false],
  ['201 items', { items: Array.from({ length: 201 }, () => ({ qty: 1, unitCost: '1' })) }, false],
])('input: %s: %s', (_name, input, ok) => expect(contentCosting.input.safeParse(input).success).toBe(ok));

test('the bound of the answer grows with the lines', () => {
  const most = contentCosting.start.maxTokens as (input: unknown) => number;
  expect(most(asked)).toBe(350 + 3 * 50);
  const many = Array.from({ length: 200 }, () => ({ qty: 1, unitCost: '1' }));
  const overheads = Array.from({ length: 50 }, () => ({ name: 'x', amount: '1' }));
  expect(most({ items: many, overheads })).toBeLessThanOrEqual(16_384);
});
