import type { CheckResult } from '@winnow/contracts';
import { shareOf } from './share-of';

export interface Sum {
  readonly what: string;
  readonly said: number;
  /** what it comes to when it is done again */
  readonly due: number;
}

/** Half a cent more than rounding once can do. */
const within = 0.01;

export const addUp = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0);

/** Products and sums done again: share of them that come to what is said. */
export const sums = (said: readonly Sum[], tolerance = within): CheckResult =>
  shareOf(
    'sums',
    said.length,
    said
      .filter(({ said: is, due }) => !(Math.abs(is - due) <= tolerance + Math.abs(due) * Number.EPSILON * 8))
      .map(({ what, said: is, due }) => `${what} is ${Math.round(due * 1e4) / 1e4}, not ${is}`),
  );
