import { factsOf } from './text-facts';

test.each([
  ['nothing', '', { words: [], digits: 0, sentences: 1, lines: 1, tokens: 0, distinct: 0, longest: 0 }],
  ['words and signs', 'Not bad, but is it faster?', { negations: 1, contrasts: 1, comparisons: 1, questions: 1 }],
  ['an apostrophe of either kind', "It doesn’t work and I don't care", { negations: 2 }],
  ['units only after numbers', '5 kg or a kg of 20% or 3 inch', { specUnits: 3, numbers: 3 }],
  ['terms, acronyms and model codes', 'The firmware of the XR-500 uses USB', { techTerms: 3 }],
  ['conditions', 'If it would fit, unless it rains', { conditionals: 3 }],
  ['lines and sentences', 'One. Two!\nThree?', { lines: 2, sentences: 3 }],
  ['other scripts have words too', 'Очень хороший звук', { capitals: 1, distinct: 3 }],
])('%s', (_name, text, wanted) => expect(factsOf(text)).toMatchObject(wanted));

test('an exact count of tokens is taken as given', () => expect(factsOf('some text', 42).tokens).toBe(42));

test('of an endless text a part is read, and its length is known', () => {
  const facts = factsOf('word '.repeat(100_000));
  expect(facts.words).toHaveLength(6_400);
  expect(facts.tokens).toBe(125_000);
});
