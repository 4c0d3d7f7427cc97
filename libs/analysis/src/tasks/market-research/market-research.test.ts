import { objectionsTo } from '@winnow/testing/objections-to';
import { marketResearch } from './market-research';

const asked = {
  subject: 'How is the market for the steel bottles that we want to sell?',
  region: 'Germany',
  sources: [
    { title: 'Bottles', url: 'https://example.org/b', text: 'Demand grew by 8 % in 2024. Fjord leads at 24.90 EUR.' },
  ],
};
const answer = {
  demand: { level: 'high', figure: '8 % in 2024', why: 'It grew.' },
  competitors: [{ name: 'Fjord', position: 'Leads the market', price: '24.90 EUR' }],
  summary: 'Demand grew by 8 percent, see https://example.org/b.',
  risks: ['The leader can lower its price.'],
};
const unknown = { level: 'unknown', figure: 'unknown', why: 'No source was given.' };
const nobody = [{ name: 'unknown', position: 'unknown', price: 'unknown' }];

test.each([
  ['all from the source', {}, {}, []],
  ['a figure of its own', { summary: 'Demand grew by 14 %.' }, {}, ['numbers']],
  ['a figure that no source has', { demand: { ...answer.demand, figure: 'strong growth' } }, {}, ['grounded:figures']],
  [
    'a price that no source has',
    { competitors: [{ ...answer.competitors[0], price: 'cheap' }] },
    {},
    ['grounded:figures'],
  ],
  [
    'a rival that no source has',
    { competitors: [{ ...answer.competitors[0], name: 'Novarra' }] },
    {},
    ['grounded:competitors'],
  ],
  ['a link that no source has', { summary: 'See https://made.up/x.' }, {}, ['links']],
  ['a section left out', { risks: [] }, {}, ['filled']],
  [
    'another language',
    { summary: 'Der Markt ist für die Anbieter sehr gut, und das wird auch so sein.' },
    {},
    ['language'],
  ],
  [
    'nothing is known',
    { demand: unknown, competitors: nobody, summary: 'Little is known.' },
    { sources: undefined },
    [],
  ],
  [
    'made up for want of sources',
    {},
    { sources: [] },
    ['numbers', 'grounded:figures', 'grounded:competitors', 'links'],
  ],
])('%s', (_name, but, given, objections) =>
  expect(objectionsTo(marketResearch, { ...asked, ...given }, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['subject and region', { subject: 'x', region: 'y' }, true],
  ['no region', { subject: 'x' }, false],
  ['a source without text', { subject: 'x', region: 'y', sources: [{ url: 'https://example.org' }] }, false],
  [
    'a source that is no web address',
    { subject: 'x', region: 'y', sources: [{ text: 'x', url: 'file:///etc/passwd' }] },
    false,
  ],
  ['21 sources', { subject: 'x', region: 'y', sources: Array.from({ length: 21 }, () => ({ text: 'x' })) }, false],
])('input: %s: %s', (_name, input, ok) => expect(marketResearch.input.safeParse(input).success).toBe(ok));
