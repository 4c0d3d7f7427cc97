import type { Nano } from '@winnow/kernel';

/** A rung's own expected call, and how likely its answer has to go one rung up. */
export interface Climb {
  readonly own: Nano;
  readonly escalates: number;
}

const parts = 1_000_000n;

/** What starting at each rung costs when the climbs above it are paid as well: c_k = own + P(escalate)·c_{k+1}. */
export const climbCosts = (rungs: readonly Climb[]): readonly Nano[] => {
  const costs: Nano[] = [];
  let above = 0n;
  for (const { own, escalates } of rungs.toReversed()) {
    const share = BigInt(Math.round(Math.min(1, Math.max(0, escalates)) * Number(parts)));
    above = own + (share * above) / parts;
    costs.push(above);
  }
  return costs.reverse();
};
