import type { CheckResult } from '@winnow/contracts';

const within = 0.0051;

/** Whether the margin said, a share of the price, is the one that price and cost give. */
export const margin = ({ price, cost, said }: { price: number; cost: number; said: number }): CheckResult => {
  const due = (price - cost) / price;
  return Math.abs(said - due) <= within
    ? { name: 'margin', value: 1 }
    : { name: 'margin', value: 0, why: `the margin is ${Math.round(due * 1e4) / 1e4}, not ${said}` };
};
