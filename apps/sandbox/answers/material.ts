import { hash32, pick } from '../chance';
import type { Item } from './item';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textAt = ({ input, raw }: Item, name: string): string => {
  const value = input?.[name];
  if (typeof value === 'string') return value.trim();
  return input === undefined ? raw : '';
};

export const recordsAt = ({ input }: Item, name: string): Record<string, unknown>[] => {
  const value = input?.[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

export const textsAt = ({ input }: Item, name: string): string[] => {
  const value = input?.[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
};

/** Sentences as they stand; the point of a number ends none. */
export const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?。！？])\s+|(?<=[。！？])|[\n;]+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\p{L}/u.test(sentence))
    .slice(0, 200);

/** The first words that fit. A word is cut only where it alone is too long. */
export const clip = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const cut = text.slice(0, most + 1);
  const at = cut.lastIndexOf(' ');
  return (at > most / 4 ? cut.slice(0, at) : cut.slice(0, most)).replace(/[\uD800-\uDBFF]$/, '').trimEnd();
};

const english = new Set(
  'the and of to in is that it for with this are was but not you at be by from or your why how what'.split(' '),
);
const foreign = new Set(
  'der die das und ist nicht ein für mit le les est une des pour dans el los una para con por os uma não que il di per het een och att det som på og ikke nie jest ve bir bu ja ei on'.split(
    ' ',
  ),
);

/** Whether a sentence in English does for an answer to this text. */
export const readsEnglish = (text: string): boolean => {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if ((text.match(/\p{Script=Latin}/gu)?.length ?? 0) < letters * 0.7) return false;
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const count = (list: ReadonlySet<string>): number => words.filter((word) => list.has(word)).length;
  return count(foreign) <= count(english);
};

/** Whether the text is English beyond doubt, so that an answer in another language is plainly wrong. */
export const isPlainlyEnglish = (text: string): boolean => {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const known = words.filter((word) => english.has(word)).length;
  return readsEnglish(text) && known >= 4 && known >= words.length * 0.15;
};

export const inGerman =
  'Das ist für den Markt sehr wichtig, aber die Kunden sind nicht bereit, mehr zu zahlen, und das wird sich auch nicht ändern.';

/** One of the mistakes, always the same for the same item. */
export const mistakeFor = <Kind extends string>(item: Item, kinds: readonly Kind[]): Kind =>
  pick(kinds, 'mistake', item.raw);

/** A number that the text does not have. */
export const strangeNumber = (text: string, item: Item): number => {
  let number = 11 + (hash32('number', item.raw) % 70);
  while (text.includes(String(number))) number += 1;
  return number;
};

export const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));
