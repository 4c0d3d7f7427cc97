import type { CheckResult } from '@winnow/contracts';
import { shareOf } from './share-of';

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** Share of the quoted phrases that the source really has: an answer may choose words, but not invent them. */
export const grounded = (phrases: readonly string[], source: string): CheckResult => {
  const hay = plain(source);
  const strange = phrases.filter((phrase) => !hay.includes(plain(phrase)));
  return shareOf(
    'grounded',
    phrases.length,
    strange.map((phrase) => `not in the input: ${phrase.slice(0, 80)}`),
  );
};
