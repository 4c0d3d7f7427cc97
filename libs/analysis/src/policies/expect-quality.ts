export interface ScoresSeen {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

export interface QualityForecast {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  readonly prior: boolean;
}

const priorMean = 0.9;
const priorSpread = 0.1;
const priorWeight = 30;
const z95 = 1.96;

const unit = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;

/** The mean score of the answers seen, drawn towards a prior that weighs as much as thirty of them. */
export const expectQuality = ({ n, sum, squares }: ScoresSeen): QualityForecast => {
  const weight = n + priorWeight;
  const mean = (sum + priorWeight * priorMean) / weight;
  const seen = n === 0 ? 0 : Math.max(0, squares - sum ** 2 / n);
  const variance = (seen + priorWeight * priorSpread ** 2) / weight;
  const error = z95 * Math.sqrt(variance / weight);
  return { expected: unit(mean), low: unit(mean - error), high: unit(mean + error), prior: n < priorWeight };
};

/** Mean and interval of the scores alone, for reports: null where there are none. */
export const meanScore = ({ n, sum, squares }: ScoresSeen) => {
  if (n === 0) return { mean: null, low: null, high: null, n };
  const mean = sum / n;
  const error = z95 * Math.sqrt(Math.max(0, squares / n - mean ** 2) / n);
  return { mean: unit(mean), low: unit(mean - error), high: unit(mean + error), n };
};
