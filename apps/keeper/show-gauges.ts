import { budgetKinds } from '@winnow/contracts';
import type { Metrics } from '@winnow/platform';
import type { MoneyGauges } from '@winnow/storage';

type Gauges = Pick<Metrics, 'parkedJobs' | 'quotesScored' | 'quotesInside' | 'rollUpLag'>;

/** Kinds without a parked job are shown as zero: a series that is gone looks like one that was never there. */
export const showGauges = (metrics: Gauges, { parked, quotes, rollUpLagSeconds }: MoneyGauges): void => {
  for (const scope of budgetKinds) metrics.parkedJobs.set({ scope }, parked.get(scope) ?? 0);
  metrics.quotesScored.set(quotes.scored);
  metrics.quotesInside.set(quotes.inside);
  metrics.rollUpLag.set(rollUpLagSeconds);
};
