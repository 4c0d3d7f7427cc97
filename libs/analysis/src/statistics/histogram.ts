const bins = 40;
const keptADay = 0.97;

/** Counts in bins that are equally wide in logarithm, between two bounds; what lies outside counts to the outermost. */
export interface Histogram {
  readonly least: number;
  readonly most: number;
  readonly counts: readonly number[];
}

export const emptyHistogram = (least: number, most: number): Histogram => {
  if (!(least > 0 && most > least)) throw new RangeError(`a histogram from ${least} to ${most}: 0 < least < most`);
  return { least, most, counts: Array.from({ length: bins }, () => 0) };
};

const binOf = ({ least, most }: Histogram, value: number): number => {
  const share = Math.log(Math.max(value, least) / least) / Math.log(most / least);
  return Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
};

export const addTo = (histogram: Histogram, value: number): Histogram => {
  const at = binOf(histogram, value);
  return { ...histogram, counts: histogram.counts.map((count, i) => (i === at ? count + 1 : count)) };
};

/** What was seen long ago counts less: by 3 % a day. */
export const aged = (histogram: Histogram, days: number): Histogram => ({
  ...histogram,
  counts: histogram.counts.map((count) => count * keptADay ** days),
});

/** The upper edge of the bin in which the share is reached, so that a quantile is never stated too low. Null: nothing seen. */
export const quantileOf = ({ least, most, counts }: Histogram, share: number): number | null => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  let reached = 0;
  const at = counts.findIndex((count) => (reached += count) >= share * total - 1e-9);
  return least * (most / least) ** (((at < 0 ? bins - 1 : at) + 1) / bins);
};
