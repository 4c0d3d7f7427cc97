/** A step of a rising function: it holds from this score on. */
export interface Step {
  readonly from: number;
  readonly n: number;
  readonly sum: number;
}

export interface Point {
  readonly score: number;
  /** 0 to 1 */
  readonly label: number;
}

const meanOf = ({ n, sum }: Step): number => sum / n;
const joined = (a: Step, b: Step): Step => ({ from: a.from, n: a.n + b.n, sum: a.sum + b.sum });

/** Equal scores make one step, and each step holds at least `least` points, so that none of them stands on one label alone. */
const gather = (points: readonly Point[], least: number): Step[] => {
  const sorted = [...points].sort((a, b) => a.score - b.score);
  const steps: Step[] = [];
  let last: number | null = null;
  for (const { score, label } of sorted) {
    const open = steps.at(-1);
    if (open !== undefined && (open.n < least || score === last))
      steps[steps.length - 1] = { from: open.from, n: open.n + 1, sum: open.sum + label };
    else steps.push({ from: score, n: 1, sum: label });
    last = score;
  }
  const tail = steps.at(-1);
  const before = steps.at(-2);
  if (tail !== undefined && before !== undefined && tail.n < least) steps.splice(-2, 2, joined(before, tail));
  return steps;
};

/** The best rising step function through the points, by pooling adjacent violators. */
export const fitIsotonic = (points: readonly Point[], least = 1): readonly Step[] => {
  const steps: Step[] = [];
  for (const step of gather(points, least)) {
    let pooled = step;
    for (let before = steps.at(-1); before && meanOf(before) >= meanOf(pooled); before = steps.at(-1)) {
      pooled = joined(before, pooled);
      steps.pop();
    }
    steps.push(pooled);
  }
  return steps;
};

/** The step that a score falls on; below the first one the first holds. Undefined: nothing was fitted. */
export const stepAt = <Kind extends Pick<Step, 'from'>>(steps: readonly Kind[], score: number): Kind | undefined => {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((steps[middle]?.from ?? 0) <= score) low = middle;
    else high = middle - 1;
  }
  return steps[low];
};
