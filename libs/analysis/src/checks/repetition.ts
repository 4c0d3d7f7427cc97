import type { CheckResult } from '@winnow/contracts';

const run = 6;
const mostWords = 5_000;

/** Share of runs of six words that are said for the first time: a model that is stuck says the same over and over. */
export const repetition = (answer: string): CheckResult => {
  const words =
    answer
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, mostWords) ?? [];
  const runs = words.length - run + 1;
  if (runs < 1) return { name: 'repetition', value: 1 };
  const seen = new Set<string>();
  let again = '';
  for (let i = 0; i < runs; i += 1) {
    const said = words.slice(i, i + run).join(' ');
    if (seen.has(said) && again === '') again = said;
    seen.add(said);
  }
  const value = seen.size / runs;
  return again === '' ? { name: 'repetition', value } : { name: 'repetition', value, why: `said again: ${again}` };
};
