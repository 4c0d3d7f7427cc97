/** A bin of a histogram of lengths: how many answers fell into it, and their tokens together. */
export interface LengthBin {
  readonly n: number;
  readonly tokens: number;
}

export interface OutputForecast {
  readonly mean: number;
  /** of one answer */
  readonly variance: number;
  /** of the mean itself: it is shared by all jobs of a quote and does not average out */
  readonly meanVariance: number;
  readonly observations: number;
  readonly prior: boolean;
}

const enough = 30;
const priorShare = 0.35;
/** How far one answer lies from what was expected of it, and how far all of them together may. */
const guessed = { each: 0.4, all: 0.4 };
const declared = { each: 0.35, all: 0.25 };

/** Answers that differ in length inside one bin look alike: half a token of rounding and a tenth of the mean stand for that. */
const withinBin = (mean: number): number => (mean * 0.05) ** 2 + 1 / 12;

const beforehand = (maxTokens: number, expected: number | null, observations: number): OutputForecast => {
  const mean = expected === null ? maxTokens * priorShare : Math.min(expected, maxTokens);
  const { each, all } = expected === null ? guessed : declared;
  return { mean, variance: (mean * each) ** 2, meanVariance: (mean * all) ** 2, observations, prior: true };
};

/**
 * How long an answer will be: from the answers that were seen. Until there are thirty of them, what the task expects, or a share of what may
 * be answered where it expects nothing.
 */
export const expectOutput = (
  bins: readonly LengthBin[],
  maxTokens: number,
  expected: number | null = null,
): OutputForecast => {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n < enough) return beforehand(maxTokens, expected, n);
  const mean = bins.reduce((sum, bin) => sum + bin.tokens, 0) / n;
  const between = bins.reduce((sum, bin) => sum + bin.n * (bin.tokens / Math.max(1, bin.n) - mean) ** 2, 0) / n;
  const variance = between + withinBin(mean);
  return { mean: Math.min(mean, maxTokens), variance, meanVariance: variance / n, observations: n, prior: false };
};
