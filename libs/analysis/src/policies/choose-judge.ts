import { tiers, type Tier } from '@winnow/contracts';
import type { Catalogue, Rung } from '../ports';

const families = [
  ['gpt', /(^|\/)(gpt|o\d|chatgpt)/],
  ['claude', /claude/],
  ['gemini', /gemini|gemma/],
  ['llama', /llama/],
] as const;

/** Models of one maker lean towards each other's answers, whoever serves them. */
export const familyOf = ({ provider, model }: Pick<Rung, 'provider' | 'model'>): string =>
  families.find(([, pattern]) => pattern.test(model))?.[0] ?? provider;

const judging: readonly Tier[] = tiers.filter((tier) => tier !== 'ultra');

/** The cheapest rung that may judge between these answers: of none of their families, and no weakling itself. */
export const chooseJudge = (
  answered: readonly Pick<Rung, 'provider' | 'model'>[],
  catalogue: Pick<Catalogue, 'rungsOf'>,
): Rung | null => {
  const taken = new Set(answered.map(familyOf));
  return judging.flatMap((tier) => catalogue.rungsOf(tier)).find((rung) => !taken.has(familyOf(rung))) ?? null;
};
