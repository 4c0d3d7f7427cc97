import type { CheckResult } from '@winnow/contracts';

/** The result of a check that looks at several things: the share of them that hold, and the first that does not. */
export const shareOf = (name: string, looked: number, faults: readonly string[]): CheckResult => {
  const [first] = faults;
  return first === undefined
    ? { name, value: 1 }
    : { name, value: Math.max(0, 1 - faults.length / looked), why: first };
};
