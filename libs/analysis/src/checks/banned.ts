import type { CheckResult } from '@winnow/contracts';

const words = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/** Whether none of the terms is in the texts, as whole words whatever their case and punctuation. One is enough to fail. */
export const banned = (texts: readonly string[], terms: readonly string[]): CheckResult => {
  const hay = texts.map(words);
  const found = terms.find((term) => words(term).trim() !== '' && hay.some((text) => text.includes(words(term))));
  return found === undefined
    ? { name: 'banned', value: 1 }
    : { name: 'banned', value: 0, why: `must not be in it: ${found.slice(0, 80)}` };
};
