import type { Booked } from '@winnow/analysis';
import type { Metrics } from './metrics';

const nanosPerDollar = 1e9;

/** What calls were booked at, and how much of it bought answers. Floats are good enough to look at: the ledger is what counts. */
export const countBooked =
  ({ costUsd, usefulUsd }: Pick<Metrics, 'costUsd' | 'usefulUsd'>) =>
  ({ task, provider, model, tier, nanos, useful }: Booked): void => {
    const labels = { kind: 'analysis', task, target: `${provider}:${model}`, tier: tier ?? 'other' };
    const dollars = Number(nanos) / nanosPerDollar;
    costUsd.inc(labels, dollars);
    usefulUsd.inc(labels, useful ? dollars : 0);
  };
