import type { Nano, Random } from '@winnow/kernel';
import type { RungOffer } from '../policies/choose-rung';

export interface Explored {
  readonly rung: number;
  /** how likely this rung was, given the choice: what a label from it is weighed by */
  readonly propensity: number;
  readonly explored: boolean;
}

const below = 0.05;
const above = 0.01;
const noneFrom = 0.95;
const mostWeight = 20;

/** A label of a rung that is seldom taken counts for the jobs it stands for, up to twenty. */
export const weightOf = (propensity: number): number => Math.min(mostWeight, 1 / propensity);

/**
 * Now and then another rung than the chosen one, or nothing would be learned of it: 5 % evenly over those that cost no more, the chosen one
 * among them, and 1 % one rung above where it fits the cap. Jobs with a floor of .95 or more are left alone.
 */
export const explore = (
  chosen: number,
  rungs: readonly Pick<RungOffer, 'expected' | 'worst'>[],
  { floor, maxCost }: { floor: number; maxCost: Nano },
  random: Random,
): Explored => {
  const price = rungs[chosen]?.expected;
  if (price === undefined) throw new RangeError(`rung ${chosen} of ${rungs.length} was chosen`);
  if (floor >= noneFrom) return { rung: chosen, propensity: 1, explored: false };
  const cheap = rungs.flatMap(({ expected, worst }, i) => (expected <= price && worst <= maxCost ? [i] : []));
  const next = rungs[chosen + 1];
  const up = next !== undefined && next.worst <= maxCost && next.expected > price ? above : 0;
  const each = cheap.length > 0 ? below / cheap.length : 0;
  const chance = (rung: number): number =>
    (cheap.includes(rung) ? each : 0) +
    (rung === chosen ? 1 - up - each * cheap.length : 0) +
    (rung === chosen + 1 ? up : 0);
  const drawn = random();
  const from = drawn - up;
  const other = drawn < up ? chosen + 1 : each > 0 && from < below ? cheap[Math.floor(from / each)] : chosen;
  const rung = other ?? chosen;
  return { rung, propensity: chance(rung), explored: rung !== chosen };
};
