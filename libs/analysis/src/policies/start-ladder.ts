import type { Step } from '../ports';

/**
 * The same rungs, begun at another one: behind it those that stand in for it, then the steps above for poor answers, and last those below,
 * the nearest first, so that the cheapest stays in reach of a small cap.
 */
export const startLadder = (ladder: readonly Step[], at: number): readonly Step[] => {
  const first = ladder[at];
  if (first === undefined) throw new RangeError(`a ladder of ${ladder.length} rungs has none at ${at}`);
  const others = ladder.filter((_, i) => i !== at);
  return [
    first,
    ...others.filter(({ step }) => step === first.step),
    ...others.filter(({ step }) => step > first.step),
    ...others.filter(({ step }) => step < first.step).toSorted((a, b) => b.step - a.step),
  ];
};
