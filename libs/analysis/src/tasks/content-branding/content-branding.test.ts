import { objectionsTo } from '@winnow/testing/objections-to';
import { contentBranding } from './content-branding';

const asked = { query: 'A brand for the bottles that you keep and that are light', avoid: ['eco', 'Green Leaf'] };
const answer = {
  names: ['Alado', 'Boren', 'Calia'],
  tagline: 'Made to be kept.',
  tone: 'Calm and plain.',
  story: 'It began with a bottle that broke.',
  palette: [{ name: 'Lake', hex: '#1F6f8b' }],
};

test.each([
  ['all of it fits', {}, []],
  ['a name twice', { names: ['Alado', 'alado ', 'Boren', 'Calia'] }, ['length:names']],
  ['two names', { names: ['Alado', 'Boren'] }, ['length:names']],
  ['a word to avoid', { tagline: 'The eco choice' }, ['banned:avoid']],
  ['a name to avoid', { names: ['Alado', 'Boren', 'Green-Leaf'] }, ['banned:avoid']],
  ['a word that only holds it', { tagline: 'An economy of means' }, []],
  ['no colour', { palette: [{ name: 'Lake', hex: '#12GG45' }] }, ['range:palette']],
  ['a short colour', { palette: [{ name: 'Lake', hex: '#fff' }] }, ['range:palette']],
  ['no story', { story: '' }, ['filled']],
  [
    'another language',
    { story: 'Es war eine Flasche, und die ist nicht für den Müll, aber sehr schön.' },
    ['language'],
  ],
])('%s', (_name, but, objections) =>
  expect(objectionsTo(contentBranding, asked, { ...answer, ...but })).toEqual(objections),
);

test('creative work is neither joined nor reused, and nothing in it can be compared', () => {
  expect(contentBranding).toMatchObject({ reuse: { ages: 'exact', join: false }, start: { temperature: 0.8 } });
  expect(new Set(Object.values(contentBranding.agree))).toEqual(new Set(['skip']));
});

test.each([
  ['a query', { query: 'x' }, true],
  ['an empty word', { query: 'x', avoid: [''] }, false],
])('input: %s: %s', (_name, input, ok) => expect(contentBranding.input.safeParse(input).success).toBe(ok));
