import { Refusal } from '@winnow/contracts';

export interface Reservation {
  readonly closeBy: (close: () => void) => void;
  readonly leave: () => void;
}

export interface StreamRegister {
  /** counts a stream in, or refuses it; there may be nothing to close yet */
  readonly reserve: (key: string) => Reservation;
  readonly count: () => number;
  readonly closeAll: () => void;
}

export const streamsPerKey = 20;
const perProcess = 500;

const refuse = (violated: string, limit: number): Refusal =>
  new Refusal(
    'too-many-streams',
    `at most ${limit} streams are open at once`,
    { violated: [violated], limit },
    { 'retry-after': '5' },
  );

export const createStreamRegister = (limits = { perKey: streamsPerKey, perProcess }): StreamRegister => {
  const open = new Map<symbol, () => void>();
  const byKey = new Map<string, number>();
  const add = (key: string, by: 1 | -1): void => {
    const count = (byKey.get(key) ?? 0) + by;
    if (count === 0) byKey.delete(key);
    else byKey.set(key, count);
  };
  const reserve = (key: string): Reservation => {
    if (open.size >= limits.perProcess) throw refuse('process', limits.perProcess);
    if ((byKey.get(key) ?? 0) >= limits.perKey) throw refuse('key', limits.perKey);
    const place = Symbol(key);
    open.set(place, () => undefined);
    add(key, 1);
    return {
      closeBy: (close) => void (open.has(place) && open.set(place, close)),
      leave: () => {
        if (open.delete(place)) add(key, -1);
      },
    };
  };
  return {
    reserve,
    count: () => open.size,
    closeAll: () => open.forEach((close) => close()),
  };
};
