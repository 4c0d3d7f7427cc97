import { cpUpper } from './cp-upper';

export interface Sampled {
  readonly confidence: number;
  readonly bad: boolean;
}

export interface Cut {
  readonly confidence: number;
  readonly coverage: number;
  readonly bad: number;
  readonly n: number;
}

const level = 0.95;
const firstShare = 0.3;
const stepShare = 0.05;

/** Samples without a single fault that it takes to show a rate below δ with 95 %. */
export const cleanNeed = (delta: number): number => Math.ceil(Math.log(1 - level) / Math.log1p(-delta));

/**
 * The cut on confidence, by a test in a fixed order: from the surest part outward, stopped at the first failure. The best of all cuts would be
 * one of many tries, and breaks δ more often than promised. Null: abstain.
 */
export const chooseCut = (samples: readonly Sampled[], delta: number): Cut | null => {
  const sorted = [...samples].sort((a, b) => b.confidence - a.confidence);
  const total = sorted.length;
  const first = Math.max(Math.ceil(firstShare * total), 3 * cleanNeed(delta));
  const step = Math.max(1, Math.ceil(stepShare * total));
  if (first > total) return null;
  let kept: Cut | null = null;
  let seen = 0;
  let bad = 0;
  for (let size = first; seen < total; size = seen + step) {
    let n = Math.min(size, total);
    const confidence = sorted[n - 1]?.confidence ?? 0;
    // a cut takes all that are equally sure, or it could not be kept
    while (n < total && sorted[n]?.confidence === confidence) n += 1;
    for (; seen < n; seen += 1) bad += sorted[seen]?.bad ? 1 : 0;
    if (cpUpper(bad, n, level) > delta) break;
    kept = { confidence, coverage: n / total, bad, n };
  }
  return kept;
};
