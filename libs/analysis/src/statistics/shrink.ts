/** A mean drawn towards a prior that weighs as much as m observations. */
export const shrink = (sum: number, n: number, prior: number, m = 30): number => (sum + m * prior) / (n + m);
