import { objectionsTo } from '@winnow/testing/objections-to';
import { contentMarketResearch } from './content-market-research';

const asked = {
  query: 'Who buys the bottles that we make and what do they want from you?',
  sources: [{ url: 'https://example.org/b', text: 'Commuters are 40 % of buyers. Fjord leads the market.' }],
};
const answer = {
  segments: [{ name: 'Commuters', need: 'A tight lid', size: '40 %' }],
  trends: ['Buyers compare more.'],
  competitors: [{ name: 'Fjord', position: 'Leads' }],
  openings: ['Sell spare lids.'],
};

test.each([
  ['all from the source', {}, []],
  ['a size of its own', { segments: [{ ...answer.segments[0], size: '55 %' }] }, ['numbers', 'grounded:figures']],
  ['an unknown size', { segments: [{ ...answer.segments[0], size: 'unknown' }] }, []],
  ['a rival of its own', { competitors: [{ name: 'Novarra', position: 'Leads' }] }, ['grounded:competitors']],
  ['a link of its own', { trends: ['See https://made.up/x'] }, ['links']],
  ['a section left out', { openings: [] }, ['filled']],
  ['another language', { trends: ['Die Kunden sind nicht bereit, mehr für das Produkt zu zahlen.'] }, ['language']],
])('%s', (_name, but, objections) =>
  expect(objectionsTo(contentMarketResearch, asked, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['a query', { query: 'x' }, true],
  ['an empty one', { query: '' }, false],
  ['a segment', { query: 'x', segment: 'y', region: 'z' }, true],
  ['more', { query: 'x', year: 2024 }, false],
])('input: %s: %s', (_name, input, ok) => expect(contentMarketResearch.input.safeParse(input).success).toBe(ok));
