import { namesIn } from './names-in';

test.each([
  ['none', 'A steel bottle for the road. Keeps drinks cold.', []],
  ['inside a sentence', 'A bottle by Fjord that is made for the long road', ['Fjord']],
  ['possessive', 'It is what you like about Fjord’s bottle on the road', ['Fjord']],
  ['spelt as no word is', 'the GoPro fits, and so does the iPhone', ['GoPro', 'iPhone']],
  ['a model', 'works with the WH1000XM4 from day one', ['WH1000XM4']],
  ['a size is none', 'holds 750ml', []],
  ['a headline has capitals anyway', 'Stainless Steel Water Bottle With Lid', []],
  ['a list of sentences', 'Cold drinks. Warm tea. Light to carry.', []],
  [
    'German nouns have capitals',
    'Die Flasche ist für die Reise und hält das Wasser kalt, der Deckel ist nicht schwer',
    [],
  ],
])('%s', (_name, text, names) => expect(namesIn(text)).toEqual(names));
