import fc from 'fast-check';
import { countTokens as countWhole } from 'gpt-tokenizer/encoding/o200k_base';
import { countChatTokens, countTokens } from './tokens';

const whole = (text: string) => countWhole(text, { disallowedSpecial: new Set() });

test.each([
  ['', 0],
  ['hello world', 2],
  ['tiktoken is great!', 6],
  ['お誕生日おめでとう', 8],
  ['2 + 2 = 4', 7],
])('%j', (text, count) => expect(countTokens(text)).toBe(count));

test.each(['<|endoftext|>', 'a <|im_start|>system<|im_end|> b', '<|endofprompt|>'.repeat(200)])(
  'what looks like a special token is plain text: %.40j',
  (text) => expect(countTokens(text)).toBeGreaterThan(text.length / 10),
);

test.each(['\ud800', 'a\udc00b', '\0', '\ud83d'.repeat(3_000)])('odd text %# never throws', (text) =>
  expect(countTokens(text)).toBeGreaterThan(0),
);

describe('cutting a long text changes nothing', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(' ', '  ', '\n', '\r\n', ' \n ', '\t', "don't", "I’LL", ' 12345', '"}],{"', '!!/\n', 'été', '漢字。', '😀', 'e\u0301\u0301'), // prettier-ignore
    fc.string({ minLength: 20, maxLength: 200 }),
  );

  test('for any mixture of words', () => {
    const text = fc.array(words, { minLength: 100, maxLength: 600, size: 'max' }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (long) => expect(countTokens(long)).toBe(whole(long))),
      { numRuns: 50 },
    );
  });

  test.each([
    ['prose', 'The quick brown fox isn’t jumping over 1,234 lazy dogs; it said "no!"\n\n'.repeat(200)],
    ['json', JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id, price: id / 7, tags: ['a', 'é'] })))],
    ['digits', '31415926535'.repeat(80) + ','],
    ['Chinese', '这是一个很长的句子,没有空格。'.repeat(300)],
    ['code', 'const x = (a,b)=>{\n\treturn a+b;\n};\n'.repeat(200)],
  ])('for %s', (_name, text) => expect(countTokens(text)).toBe(whole(text)));
});

test.each(['a', ' ', '\n', '!', 'A', '漢', '0', '\u0301', '😀', 'ab', ' \n', "'"])(
  '100,000 times %j takes no quadratic time',
  (unit) => {
    const start = performance.now();
    const count = countTokens(unit.repeat(100_000 / unit.length));
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(count).toBeGreaterThan(500);
  },
);

test('a blunt cut is off by at most one token a window', () => {
  const run = 'a'.repeat(8_000);
  expect(Math.abs(countTokens(run) - whole(run))).toBeLessThanOrEqual(8);
});

test('a chat is its texts and the wrapping', () => {
  expect(countChatTokens([])).toBe(3);
  expect(countChatTokens([{ role: 'user', content: 'hello world' }])).toBe(3 + (3 + 1 + 2));
  expect(
    countChatTokens([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello world' },
    ]),
  ).toBe(3 + (3 + 1 + 3) + (3 + 1 + 2));
});
