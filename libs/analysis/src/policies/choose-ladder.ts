import { tiers, type Tier } from '@winnow/contracts';
import type { Catalogue, Measured, Rung, Step } from '../ports';

const mostMates = 3;
const mostSteps = 3;
const enoughSeen = 30;

export interface LadderAsk {
  readonly task: string;
  /** the tier to begin at */
  readonly tier: Tier;
  /** how good a rung was found at this task; null: nobody knows */
  readonly measured?: (rung: Rung) => Measured | null;
}

export interface Route {
  readonly tier: Tier;
  readonly ladder: readonly Step[];
  readonly why: string;
  /** as the operator wrote it */
  readonly configured?: boolean;
}

type Shelf = Pick<Catalogue, 'rungsOf' | 'configured'>;

/** A dearer rung that is known to be no better than one below it would only cost more. */
const isWorthIt = (below: readonly Rung[], rung: Rung, { measured }: LadderAsk): boolean => {
  const seen = measured?.(rung) ?? null;
  if (seen === null || seen.n < enoughSeen) return true;
  return below.every((lower) => {
    const other = measured?.(lower) ?? null;
    return other === null || other.n < enoughSeen || seen.high > other.mean;
  });
};

/** As the operator wrote it: each rung a step of its own. */
const asWritten = (rungs: readonly Rung[]): Route | null => {
  const [first] = rungs;
  if (first === undefined) return null;
  const names = rungs.map(({ provider, model }) => `${provider}/${model}`).join(' > ');
  return {
    tier: first.tier,
    ladder: rungs.map((rung, step) => ({ ...rung, step })),
    why: `configured: ${names}`,
    configured: true,
  };
};

/**
 * The rungs of a job. Those of the tier it begins at stand on one step: when a send fails, the next of them is asked. Above stands one rung of
 * each dearer tier: an answer that is too poor climbs one step, and a tier that is out of reach falls through to the next. Null: nothing that has
 * a price can be called.
 */
export const chooseLadder = (ask: LadderAsk, catalogue: Shelf): Route | null => {
  const written = asWritten(catalogue.configured(ask.task));
  if (written !== null) return written;
  const filled = tiers.slice(tiers.indexOf(ask.tier)).filter((tier) => catalogue.rungsOf(tier).length > 0);
  const [tier] = filled;
  if (tier === undefined) return null;
  const mates = catalogue.rungsOf(tier).slice(0, mostMates);
  const ladder: Step[] = mates.map((rung) => ({ ...rung, step: 0 }));
  for (const dearer of filled.slice(1)) {
    const step = (ladder.at(-1)?.step ?? 0) + 1;
    const rung = step < mostSteps ? catalogue.rungsOf(dearer).find((one) => isWorthIt(ladder, one, ask)) : undefined;
    if (rung !== undefined) ladder.push({ ...rung, step });
  }
  const first = `${ladder[0]?.model}`;
  return {
    tier,
    ladder,
    why: tier === ask.tier ? `starts at ${tier} with ${first}` : `no model at ${ask.tier}; ${tier} with ${first}`,
  };
};
