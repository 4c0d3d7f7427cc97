import type { CheckResult } from '@winnow/contracts';
import { shareOf } from './share-of';

export interface Sized {
  readonly what: string;
  /** characters of a text, or items of a list */
  readonly size: number;
  readonly least?: number;
  readonly most?: number;
}

/** Share of the parts whose length is as asked. */
export const length = (parts: readonly Sized[]): CheckResult =>
  shareOf(
    'length',
    parts.length,
    parts
      .filter(({ size, least = 0, most = Number.POSITIVE_INFINITY }) => size < least || size > most)
      .map(({ what, size, least, most }) =>
        size < (least ?? 0) ? `${what}: ${size}, at least ${least} asked` : `${what}: ${size}, at most ${most} asked`,
      ),
  );
