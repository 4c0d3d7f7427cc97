import { Refusal } from '@winnow/contracts';

export interface StreamRegister {
  /** counts a stream in, or refuses it; the answer counts it out again */
  readonly open: (key: string, close: () => void) => () => void;
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
  const open = new Set<() => void>();
  const byKey = new Map<string, number>();
  const add = (key: string, by: 1 | -1): void => {
    const count = (byKey.get(key) ?? 0) + by;
    if (count === 0) byKey.delete(key);
    else byKey.set(key, count);
  };
  return {
    open: (key, close) => {
      if (open.size >= limits.perProcess) throw refuse('process', limits.perProcess);
      if ((byKey.get(key) ?? 0) >= limits.perKey) throw refuse('key', limits.perKey);
      open.add(close);
      add(key, 1);
      return () => {
        if (open.delete(close)) add(key, -1);
      };
    },
    count: () => open.size,
    closeAll: () => open.forEach((close) => close()),
  };
};
