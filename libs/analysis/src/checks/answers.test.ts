import { arithmetic } from './arithmetic';
import { final, finalNumber } from './final';
import { hedging } from './hedging';
import { refusal } from './refusal';
import { repetition } from './repetition';

const stuck = 'and then we add the same again so '.repeat(8);

test.each([
  ['arithmetic: right steps', arithmetic('2 + 2 = 4, 4 * 3 = 12'), 1, undefined],
  ['arithmetic: one of two wrong', arithmetic('2 + 2 = 5, 5 * 3 = 15'), 0.5, '2 + 2 = 5, which makes 4'],
  ['arithmetic: no steps', arithmetic('Blue.'), 1, undefined],
  ['final: marked', final('2 + 2 = 4\n#### 4'), 1, undefined],
  ['final: said', final('So the answer is blue.'), 1, undefined],
  ['final: nothing behind the mark', final('The answer is'), 0, 'no final answer is stated'],
  ['final: none', final('2 + 2 = 4'), 0, 'no final answer is stated'],
  ['repetition: plain', repetition('Each word of this short text is said but once.'), 1, undefined],
  ['repetition: too short to tell', repetition('yes yes yes'), 1, undefined],
  ['hedging: none', hedging('It is blue. It is large.'), 1, undefined],
  ['hedging: every other sentence', hedging('Perhaps it is blue. It is large.'), 0.5, 'says "Perhaps"'],
  ['hedging: nothing but doubt', hedging('Maybe, maybe, I think.'), 0, 'says "Maybe"'],
  ['refusal: none', refusal('It is blue. You cannot miss it.'), 1, undefined],
  ['refusal: at the start', refusal('I’m sorry, but this is not possible.'), 0, `says "I'm sorry"`],
  ['refusal: at the end', refusal(`${'Well. '.repeat(300)} I cannot help with that.`), 0, 'says "I cannot"'],
  ['refusal: as a machine', refusal('As an AI, that is beyond me.'), 0, 'says "As an AI"'],
])('%s', (_name, { value, why }, wanted, because) => {
  expect(value).toBeCloseTo(wanted, 12);
  expect(why).toBe(because);
});

test('repetition: a text that is stuck', () => {
  const { value, why } = repetition(stuck);
  expect(value).toBeLessThan(0.2);
  expect(why).toBe('said again: and then we add the same');
});

test.each([
  ['after the mark', 'It was 7, then 9.\n#### 1,250', 1_250],
  ['the last without a mark', 'It was 7, then 9', 9],
  ['below 0', 'the answer is -3', -3],
  ['none', 'the answer is blue', null],
])('the final number, %s', (_name, text, wanted) => expect(finalNumber(text)).toBe(wanted));
