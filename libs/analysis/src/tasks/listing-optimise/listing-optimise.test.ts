import { objectionsTo } from '@winnow/testing/objections-to';
import { listingOptimise } from './listing-optimise';

const listing = {
  title: 'Steel bottle by Fjord, 750 ml',
  description: 'It keeps the water cold for 24 hours and it is light to carry. The lid is tight.',
};
const answer = {
  title: 'Fjord steel bottle, 750ml',
  bullets: ['Keeps water cold for 24 h', 'A tight lid'],
  description: 'A bottle that is light to carry and that keeps the water cold for 24 hours.',
  keywords: ['steel bottle'],
};

test.each([
  ['nothing made up', {}, {}, []],
  ['a new number', { bullets: ['Holds 2 cups'] }, {}, ['numbers']],
  ['a new unit', { bullets: ['Holds 750 l'] }, {}, ['numbers']],
  [
    'a new brand',
    { description: 'A bottle that is light and better than the one by Novarra.' },
    {},
    ['grounded:names'],
  ],
  ['a model that is not there', { bullets: ['Fits the NovaCore lid'] }, {}, ['grounded:names']],
  ['the title too long', { title: 'a'.repeat(81) }, {}, ['length']],
  ['as long as the caller allows', { title: 'a'.repeat(81) }, { title: 81 }, []],
  ['a bullet too long for the caller', {}, { bullet: 20 }, ['length']],
  ['too many bullets', {}, { bullets: 1 }, ['length']],
  ['no description', { description: '' }, {}, ['filled']],
  [
    'another language',
    { description: 'Die Flasche ist leicht und hält das Wasser kalt, und der Deckel ist dicht.' },
    {},
    ['language'],
  ],
])('%s', (_name, but, limits, objections) =>
  expect(objectionsTo(listingOptimise, { ...listing, limits }, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['a title', { title: 'x' }, true],
  ['no title', { description: 'x' }, false],
  ['a limit that nothing fits', { title: 'x', limits: { title: 19 } }, false],
  ['a limit that nobody knows', { title: 'x', limits: { images: 3 } }, false],
])('input: %s: %s', (_name, input, ok) => expect(listingOptimise.input.safeParse(input).success).toBe(ok));

test('the bound of the answer follows from the limits and the script', () => {
  const most = listingOptimise.start.maxTokens as (input: unknown) => number;
  expect(most(listing)).toBe(120 + Math.ceil((80 + 5 * 200 + 1_000 + 10 * 20) / 3));
  expect(most({ ...listing, limits: { bullets: 1 } })).toBeLessThan(most(listing));
  expect(most({ title: '水筒', description: '軽くて丈夫です' })).toBe(120 + 2_280);
  expect(most({ title: 'x', limits: { description: 4_000, bullets: 10, bullet: 500 } })).toBeLessThanOrEqual(6_000);
});
