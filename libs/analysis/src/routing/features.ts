import type { Sparse } from '../statistics/logistic';
import { factsOf, type TextFacts } from './text-facts';

/** What a router may know of a job before any model was asked. */
export interface Asked {
  readonly task: string;
  readonly category?: string;
  readonly text: string;
  readonly tokens?: number;
}

export interface Phi extends Sparse {
  /** what each place stands for, only filled for explanations */
  readonly names: readonly string[];
}

const hashedWords = 2 ** 17;
const hashedGroups = 2 ** 12;
const wordWeight = 1.5;

const per = (count: number, of: number): number => Math.min(2, count / Math.max(1, of));
const grown = (count: number, by: number): number => Math.log1p(count) / by;

/** Twenty counts, each brought to the order of 1, so that one rate of learning suits all. */
const dense: readonly (readonly [string, (facts: TextFacts) => number])[] = [
  ['tokens', ({ tokens }) => grown(tokens, 7)],
  ['words', ({ words }) => grown(words.length, 6)],
  ['distinct words', ({ distinct, words }) => per(distinct, words.length)],
  ['word length', ({ chars, words }) => per(chars, 10 * words.length)],
  ['longest word', ({ longest }) => grown(longest, 3)],
  ['sentences', ({ sentences }) => grown(sentences, 3)],
  ['sentence length', ({ words, sentences }) => grown(words.length / sentences, 4)],
  ['lines', ({ lines }) => grown(lines, 3)],
  ['digits', ({ digits }) => grown(digits, 4)],
  ['share of digits', ({ digits, chars }) => per(5 * digits, chars)],
  ['numbers', ({ numbers }) => grown(numbers, 3)],
  ['negations', ({ negations }) => grown(negations, 2)],
  ['conditionals', ({ conditionals }) => grown(conditionals, 2)],
  ['contrasts', ({ contrasts }) => grown(contrasts, 2)],
  ['comparisons', ({ comparisons }) => grown(comparisons, 2)],
  ['quantifiers', ({ quantifiers }) => grown(quantifiers, 2)],
  ['technical terms', ({ techTerms, specUnits }) => grown(techTerms + specUnits, 3)],
  ['symbols', ({ symbols }) => grown(symbols, 3)],
  ['capitals', ({ capitals, words }) => per(capitals, words.length)],
  ['questions', ({ questions }) => grown(questions, 2)],
];

const afterDense = 1 + dense.length;
const afterGroups = afterDense + hashedGroups;
/** Size of the space: the bias, the counts, tasks and categories, words. */
export const phiSize = afterGroups + hashedWords;

/** FNV-1a, finished so that the low bits are worth taking. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
};

/** The figures of a number say little beyond how many there are. */
const shapeOf = (word: string): string => (/^\p{N}/u.test(word) ? `#${word.length}` : word);

const group = (kind: string, name: string): number => afterDense + (hash(`${kind}:${name}`) % hashedGroups);

interface Place {
  readonly index: number;
  readonly value: number;
  readonly name: string;
}

const placesOf = ({ task, category, text, tokens }: Asked): Place[] => {
  const facts = factsOf(text, tokens);
  const counts = dense.map(([name, measure], i) => ({ index: 1 + i, value: measure(facts), name }));
  const words = new Set(facts.words.map(shapeOf));
  const value = wordWeight / Math.sqrt(Math.max(1, words.size));
  return [
    { index: 0, value: 1, name: 'bias' },
    ...counts,
    { index: group('task', task), value: 1, name: `task ${task}` },
    ...(category === undefined
      ? []
      : [{ index: group(`category of ${task}`, category), value: 1, name: `category ${category}` }]),
    ...[...words].map((word) => ({ index: afterGroups + (hash(word) % hashedWords), value, name: `word ${word}` })),
  ];
};

const pack = (places: readonly Place[]): Sparse => ({
  indices: Uint32Array.from(places, ({ index }) => index),
  values: Float32Array.from(places, ({ value }) => value),
});

export const phiOf = (asked: Asked): Sparse => pack(placesOf(asked));

/** The same with names, which only a person needs. */
export const namedPhiOf = (asked: Asked): Phi => {
  const places = placesOf(asked);
  return { ...pack(places), names: places.map(({ name }) => name) };
};
