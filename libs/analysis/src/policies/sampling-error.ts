/** One of the rows that were counted, with what it is expected to cost. */
export interface SampledCost {
  readonly weight: number;
  readonly bytes: number;
  readonly cost: number;
}

/** How far rows that nobody has seen may differ from each other, in shares of their mean, and how many seen rows that assumption weighs. */
const assumedSpread = 0.5;
const assumedWeight = 4;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What is left of each cost once the length of its row has explained what it can. */
const residuals = (rows: readonly SampledCost[]): number[] => {
  const weight = sum(rows.map((row) => row.weight));
  const bytes = sum(rows.map((row) => row.weight * row.bytes)) / weight;
  const cost = sum(rows.map((row) => row.weight * row.cost)) / weight;
  const squares = sum(rows.map((row) => row.weight * (row.bytes - bytes) ** 2));
  const slope =
    squares === 0 ? 0 : sum(rows.map((row) => row.weight * (row.bytes - bytes) * (row.cost - cost))) / squares;
  return rows.map((row) => row.cost - cost - slope * (row.bytes - bytes));
};

/** Of the sum over all given rows, when only some were counted: the lengths of the others are known. */
export const varianceOfSample = (rows: readonly SampledCost[], scale: number): number => {
  const left = residuals(rows);
  const freedom = rows.length / Math.max(1, rows.length - 2);
  return freedom * sum(rows.map(({ weight }, at) => weight * Math.max(0, weight - scale) * (left[at] ?? 0) ** 2));
};

/** Of the sum over `jobs`, of which only `given` are known at all. */
export const varianceOfScaling = (rows: readonly SampledCost[], given: number, jobs: number): number => {
  if (jobs <= given) return 0;
  const weight = sum(rows.map((row) => row.weight));
  const mean = sum(rows.map((row) => row.weight * row.cost)) / weight;
  const seen = (sum(rows.map((row) => row.weight * (row.cost - mean) ** 2)) / weight) * given;
  const spread = (seen + assumedWeight * (assumedSpread * mean) ** 2) / (given + assumedWeight - 1);
  return (jobs ** 2 / given) * (1 - given / jobs) * spread;
};
