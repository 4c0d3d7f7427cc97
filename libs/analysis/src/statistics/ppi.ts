export interface Estimate {
  readonly mean: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
  readonly labels: number;
  readonly scores: number;
}

export interface Labelled {
  readonly label: number;
  readonly score: number;
}

const z95 = 1.96;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The mean of a quality of which few labels and many scores are known: the labels' mean, moved by how much the scores of all differ from the
 * scores of the labelled. λ is the slope of label on score, so that scores which say nothing change nothing.
 */
export const ppi = (labelled: readonly Labelled[], scores: readonly number[]): Estimate | null => {
  const n = labelled.length;
  if (n < 3 || scores.length === 0) return null;
  const y = meanOf(labelled.map(({ label }) => label));
  const s = meanOf(labelled.map(({ score }) => score));
  const all = meanOf(scores);
  const around = scores.reduce((sum, score) => sum + (score - all) ** 2, 0) / scores.length;
  const spread = labelled.reduce((sum, { score }) => sum + (score - s) ** 2, 0);
  const together = labelled.reduce((sum, { label, score }) => sum + (label - y) * (score - s), 0);
  const slope = spread > 1e-12 ? together / spread : 0;
  const left = labelled.reduce((sum, { label, score }) => sum + (label - y - slope * (score - s)) ** 2, 0);
  // n − 2: the mean and the slope were taken from the same labels; the last term is what the scores' own mean is unsure of
  const variance =
    left / (n - 2) / n +
    (slope ** 2 * around) / scores.length +
    (left / (n - 2)) * ((all - s) ** 2 / Math.max(spread, 1e-12));
  const mean = y + slope * (all - s);
  const error = Math.sqrt(variance);
  return { mean, error, low: mean - z95 * error, high: mean + z95 * error, labels: n, scores: scores.length };
};
