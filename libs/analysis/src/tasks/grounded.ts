import type { CheckResult } from '@winnow/contracts';

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** Share of the quoted phrases that the source really has: an answer may choose words, but not invent them. */
export const grounded = (name: string, phrases: readonly string[], source: string): CheckResult => {
  if (phrases.length === 0) return { name, value: 1 };
  const hay = plain(source);
  const strange = phrases.filter((phrase) => !hay.includes(plain(phrase)));
  const value = 1 - strange.length / phrases.length;
  return strange.length === 0 ? { name, value } : { name, value, why: `not in the input: ${strange[0]?.slice(0, 80)}` };
};
