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
const priorSpread = 0.4;

/** Answers that differ in length inside one bin look alike: half a token of rounding and a tenth of the mean stand for that. */
const withinBin = (mean: number): number => (mean * 0.05) ** 2 + 1 / 12;

/** How long an answer will be: from the answers that were seen, or a share of what it may be until there are thirty of them. */
export const expectOutput = (bins: readonly LengthBin[], maxTokens: number): OutputForecast => {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n < enough) {
    const mean = maxTokens * priorShare;
    const variance = (mean * priorSpread) ** 2;
    return { mean, variance, meanVariance: variance, observations: n, prior: true };
  }
  const mean = bins.reduce((sum, bin) => sum + bin.tokens, 0) / n;
  const between = bins.reduce((sum, bin) => sum + bin.n * (bin.tokens / Math.max(1, bin.n) - mean) ** 2, 0) / n;
  const variance = between + withinBin(mean);
  return { mean: Math.min(mean, maxTokens), variance, meanVariance: variance / n, observations: n, prior: false };
};
