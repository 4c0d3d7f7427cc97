import { objectionsTo } from '@winnow/testing/objections-to';
import { bannedSubstances } from './banned-substances';
import { contentFormulation } from './content-formulation';

const asked = {
  query: 'How is the cream made that is good for the skin?',
  requirements: 'No perfume, silicone-free.',
  region: 'Germany',
};
const part = (name: string, percent: number) => ({ name, percent, role: 'base' });
const answer = {
  ingredients: [part('Water', 90.5), part('Glycerin', 9.5)],
  steps: ['Mix it.'],
  cautions: ['Test it first.'],
};

test.each([
  ['sums to 100', {}, []],
  ['rounded', { ingredients: [part('Water', 66.7), part('Glycerin', 33.4)] }, []],
  ['five too few', { ingredients: [part('Water', 95)] }, ['sums:percent']],
  ['nothing of one', { ingredients: [part('Water', 100), part('Glycerin', 0)] }, ['range:percent']],
  ['banned everywhere', { ingredients: [part('Lead acetate', 100)] }, ['banned:ingredients']],
  ['banned in the region', { ingredients: [part('Hydroquinone 2', 100)] }, ['banned:ingredients']],
  ['ruled out', { ingredients: [part('Perfume (parfum)', 100)] }, ['banned:ingredients']],
  ['ruled out as free of', { ingredients: [part('Silicone oil', 100)] }, ['banned:ingredients']],
  ['no cautions', { cautions: [] }, ['filled']],
  ['no ingredients', { ingredients: [] }, ['sums:percent', 'filled']],
  ['another language', { steps: ['Das Wasser und das Öl sind zu mischen, aber nicht zu heiß.'] }, ['language']],
])('%s', (_name, but, objections) =>
  expect(objectionsTo(contentFormulation, asked, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['', '', 'mercury', true],
  ['', 'Germany', 'hydroquinone', true],
  ['', 'Brazil', 'hydroquinone', false],
  ['without palm oil, and free of nuts', '', 'palm oil', true],
  ['without palm oil, and free of nuts', '', 'nuts', true],
  ['gluten-free', '', 'gluten', true],
  ['a free sample', '', 'a', false],
])('%j in %j rules out %s: %s', (requirements, region, what, out) =>
  expect(bannedSubstances(requirements, region).includes(what)).toBe(out),
);

test.each([
  ['a query', { query: 'x' }, true],
  ['none', { region: 'x' }, false],
])('input: %s: %s', (_name, input, ok) => expect(contentFormulation.input.safeParse(input).success).toBe(ok));
