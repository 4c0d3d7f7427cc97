export interface Forecast {
  readonly low: bigint;
  readonly high: bigint;
  /** how many jobs it was made for */
  readonly jobs: number;
}

const leastKappa = 0.5;
const mostKappa = 8;
const widening = 0.19;
const narrowing = 0.01;

/**
 * Whether the bill lay inside, and how much wider the next interval is. A miss widens nineteen times as much as a hit narrows: in balance
 * one in twenty misses, which is what the interval promises. A set that grew is judged by what it came to a job.
 */
export const trackForecast = (
  { low, high, jobs }: Forecast,
  actual: { readonly cost: bigint; readonly jobs: number },
  kappa: number,
): { readonly inside: boolean; readonly kappa: number } => {
  const cost = actual.cost * BigInt(jobs);
  const many = BigInt(actual.jobs);
  const inside = low * many <= cost && cost <= high * many;
  const next = kappa * Math.exp(inside ? -narrowing : widening);
  return { inside, kappa: Math.min(mostKappa, Math.max(leastKappa, next)) };
};
