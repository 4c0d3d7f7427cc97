import { tiers, type Tier } from '@winnow/contracts';
import type { Catalogue, Rung } from '../ports';

const longestLadder = 3;

export interface Route {
  readonly tier: Tier;
  readonly ladder: readonly Rung[];
  readonly why: string;
}

/** The rungs of the task's own tier, or of the nearest dearer tier that has any. Null: nothing that has a price can be called. */
export const chooseLadder = (start: Tier, catalogue: Pick<Catalogue, 'rungsOf'>): Route | null => {
  for (const tier of tiers.slice(tiers.indexOf(start))) {
    const ladder = catalogue.rungsOf(tier).slice(0, longestLadder);
    const first = ladder[0];
    if (first !== undefined)
      return {
        tier,
        ladder,
        why:
          tier === start
            ? `starts at ${tier} with ${first.model}`
            : `no model at ${start}; ${tier} with ${first.model}`,
      };
  }
  return null;
};
