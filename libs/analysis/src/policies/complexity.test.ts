import fc from 'fast-check';
import { factsOf } from '../routing/text-facts';
import {
  adaptCuts,
  complexityOf,
  defaultComplexity,
  refuseComplexity,
  tierOfScore,
  type ComplexityConfig,
  type Cuts,
} from './complexity';

const categories = [
  'Electronics',
  'Computers',
  'Software',
  'Mobile Phones',
  'Medical',
  'Health',
  'Pharmacy',
  'Automotive',
  'Industrial',
  'Scientific',
  'Legal',
  'Finance',
  'Beauty',
  'Grocery',
  'Books',
  'Music',
  'Video',
  'Toys',
  'Sports',
  'Home & Kitchen',
  'Garden',
  'Pets',
  'Baby',
  'Jewellery',
  'Clothing',
  'Office',
  'Tools',
  'Other',
];
const nothing = factsOf('');
const alwaysWrong = 0;

// A category may be as hard as can be; on its own it never buys a dearer tier ("Electronics" is not "premium").
test.each(categories)('%s alone never leaves ultra', (category) => {
  const { score, tier, domain } = complexityOf({ ...nothing, tokens: 0 }, alwaysWrong);
  expect({ category, tier, domain, score }).toEqual({ category, tier: 'ultra', domain: 1, score: 0.2 });
  expect(complexityOf(factsOf('Works well, I like it.'), alwaysWrong).tier).toBe('ultra');
});

test('no category leaves ultra alone, whatever the allowed weights and however cuts adapted', () =>
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.2, noNaN: true }),
      fc.double({ min: 0.25, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (domain, first, right) => {
        const weights = { technical: 0.8 - domain, sentiment: 0.1, length: 0.1, domain };
        const config: ComplexityConfig = { weights, cuts: [first, 0.6, 0.8, 0.95] };
        expect(refuseComplexity(config)).toBeNull();
        const cuts = adaptCuts(
          Array.from({ length: 500 }, () => 0),
          config.cuts,
        );
        expect(complexityOf(nothing, right, { weights, cuts }).tier).toBe('ultra');
      },
    ),
  ));

test.each([
  ['a plain review', 'Great sound, I love it.', 'ultra', {}],
  ['no known category: .3', 'Great sound, I love it.', 'ultra', { domain: 0.3 }],
  [
    'conditions, denials and turns',
    'I would not buy it unless it is cheaper, but it is not bad, although never great, however it works if you never move.',
    'light',
    { sentiment: 1 },
  ],
  [
    'a specification',
    'CPU XR-500 at 3.2 GHz with 16 GB memory, latency 20 ms, voltage 12 v, protocol RS-485, better than XR-300 at 2.1 GHz',
    'light',
    { technical: 1 },
  ],
])('%s', (_name, text, tier, parts) => expect(complexityOf(factsOf(text))).toMatchObject({ tier, ...parts }));

test('the score is the weighed sum of the parts that are shown', () => {
  const { technical, sentiment, length, domain, score } = complexityOf(
    factsOf('Is it faster than 20 ms, or not?'),
    0.6,
  );
  expect(score).toBeCloseTo(0.35 * technical + 0.25 * sentiment + 0.2 * length + 0.2 * domain, 12);
  expect(domain).toBeCloseTo(0.4, 12);
});

test('1,500 tokens are as long as counts', () => {
  expect(complexityOf({ ...nothing, tokens: 1_500 }).length).toBeCloseTo(1, 12);
  expect(complexityOf({ ...nothing, tokens: 90_000 }).length).toBe(1);
});

test.each([
  [0.34, 'ultra'],
  [0.35, 'light'],
  [0.55, 'medium'],
  [0.75, 'advanced'],
  [0.9, 'premium'],
  [1, 'premium'],
])('a score of %d is %s', (score, tier) => expect(tierOfScore(score, defaultComplexity.cuts)).toBe(tier));

const weights = defaultComplexity.weights;
const { cuts } = defaultComplexity;
test.each<[string, ComplexityConfig, string | null]>([
  ['the standard', defaultComplexity, null],
  ['weights over 1', { weights: { ...weights, length: 0.3 }, cuts }, 'weights sum to 1.1; they have to sum to 1'],
  ['a negative weight', { weights: { ...weights, length: -0.2 }, cuts }, 'weights.length is -0.2'],
  ['no number', { weights: { ...weights, technical: Number.NaN }, cuts }, 'weights.technical is NaN'],
  [
    'a domain that decides',
    { weights: { ...weights, length: 0.1, domain: 0.3 }, cuts },
    'weights.domain is 0.3; at most 0.2',
  ],
  ['a first cut within reach of a category', { weights, cuts: [0.2, 0.5, 0.7, 0.9] }, 'cuts[0] is 0.2; at least 0.25'],
  ['cuts that fall', { weights, cuts: [0.35, 0.3, 0.75, 0.9] }, 'cuts[1] is 0.3; cuts rise'],
  ['a cut over 1', { weights, cuts: [0.35, 0.55, 0.75, 1.2] }, 'cuts[3] is 1.2'],
])('%s', (_name, config, wanted) => {
  if (wanted === null) expect(refuseComplexity(config)).toBeNull();
  else expect(refuseComplexity(config)).toContain(wanted);
});

const even = (n: number, most: number) => Array.from({ length: n }, (_, i) => (most * i) / n);
test.each<[string, readonly number[], Cuts]>([
  ['199 scores: as they were', even(199, 1), [0.35, 0.55, 0.75, 0.9]],
  ['low scores: down by .1 and no further', even(1_000, 0.2), [0.25, 0.45, 0.65, 0.8]],
  ['spread scores: at the quantiles', even(1_000, 1), [0.8, 0.95, 0.99, 0.999]],
  ['only the newest 2,000 count', [...even(5_000, 1), ...even(2_000, 0.2)], [0.25, 0.45, 0.65, 0.8]],
])('%s', (_name, scores, wanted) => {
  for (const [i, cut] of adaptCuts(scores).entries()) expect(cut).toBeCloseTo(wanted[i]!, 9);
});
