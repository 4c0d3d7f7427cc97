import type { CheckResult } from '@winnow/contracts';

export interface Side {
  readonly label: string;
  readonly holds: (value: number) => boolean;
}

/** Whether a number lies on the side that its label says. */
export const sign = (value: number, { label, holds }: Side): CheckResult =>
  holds(value) ? { name: 'sign', value: 1 } : { name: 'sign', value: 0, why: `${value} does not fit ${label}` };
