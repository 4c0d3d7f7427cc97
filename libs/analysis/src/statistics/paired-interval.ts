import { seeded } from './seeded';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Bootstrap of a difference that is measured on the same rows: each replicate draws rows with replacement and gives their multiplicities to
 * `difference`, so that rows stay sorted and a replicate takes linear time.
 */
export const pairedInterval = (
  rows: number,
  difference: (times: Uint16Array) => number,
  { replicates, seed, level = 0.95 }: { replicates: number; seed: number; level?: number },
): Interval => {
  const random = seeded(seed);
  const found = Float64Array.from({ length: replicates }, () => {
    const times = new Uint16Array(rows);
    for (let i = 0; i < rows; i += 1) {
      const at = Math.floor(random() * rows);
      times[at] = (times[at] ?? 0) + 1;
    }
    return difference(times);
  }).sort();
  const at = (share: number): number => found[Math.min(replicates - 1, Math.floor(share * replicates))] ?? Number.NaN;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
};
