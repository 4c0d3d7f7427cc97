import type { CheckResult } from '@winnow/contracts';
import { shareOf } from './share-of';

export interface Bounded {
  readonly what: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** Share of the values that lie within their bounds. What is no number lies nowhere. */
export const range = (values: readonly Bounded[]): CheckResult =>
  shareOf(
    'range',
    values.length,
    values
      .filter(({ value, least, most }) => !(value >= least && value <= most))
      .map(({ what, value, least, most }) => `${what} of ${value} is outside ${least} to ${most}`),
  );
