import { createPartReader, type Part } from './read-parts';

const readIn = (text: string, size: number): Part[] => {
  const read = createPartReader((key) => key === 'summary');
  const parts: Part[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(...read(text.slice(at, at + size)));
  return parts;
};
const fieldsOf = (parts: readonly Part[]) =>
  Object.fromEntries(parts.flatMap((part) => (part.kind === 'field' ? [[part.key, part.value]] : [])));
const textOf = (parts: readonly Part[]) => parts.flatMap((part) => (part.kind === 'text' ? part.text : [])).join('');

const whole = {
  sentiment: 'mixed',
  score: -0.25,
  topics: ['a "quoted" one', 'b]}', ''],
  nested: { a: [1, { b: null }], c: true },
  summary: 'Tabs\t, "quotes", back\\slashes, \u00e9, 😀 and \u2028 the end',
};

describe('the parts of an answer that is being written', () => {
  it.each([1, 2, 3, 7, 64, 10_000])('are the same in pieces of %i characters', (size) => {
    for (const text of [JSON.stringify(whole), JSON.stringify(whole, null, 2)]) {
      const parts = readIn(text, size);
      expect(fieldsOf(parts)).toEqual(whole);
      expect(textOf(parts)).toBe(whole.summary);
      expect(parts.flatMap((part) => (part.kind === 'begun' ? part.key : []))).toEqual(Object.keys(whole));
    }
  });
  it.each<[string, string, string]>([
    ['an escape of a pair', '{"summary":"a\\ud83d\\ude00b"}', 'a😀b'],
    ['half a pair, made whole', '{"summary":"a\\ud83d"}', 'a\ufffd'],
    ['what no database keeps', '{"summary":"a\\u0000b"}', 'ab'],
  ])('%s', (_, text, expected) => {
    for (const size of [1, 4, 100]) expect(textOf(readIn(text, size))).toBe(expected);
  });
  it.each(['no json', '', '[1,2]', '{"a"', '{"a":', '{"a":tru', '{"summary":12}', '{{{{', '"""""'])(
    'of %j are none that are not there',
    (text) => {
      expect(textOf(readIn(text, 2))).toBe('');
      expect(Object.keys(fieldsOf(readIn(text, 2))).length).toBeLessThanOrEqual(1);
    },
  );
});
