/** Wealth won by betting against "the mean of z is at most μ0", with what past z were like. */
export interface Bet {
  readonly wealth: number;
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

export const openBet: Bet = { wealth: 1, n: 0, sum: 0, squares: 0 };

/** One outcome in [−1, 1]. The stake follows from the past alone, so that one may look, and stop, after each. */
export const bet = (past: Bet, z: number, atMost: number): Bet => {
  if (!(z >= -1 && z <= 1)) throw new RangeError(`a bet is on outcomes from -1 to 1, not ${z}`);
  const mean = past.n === 0 ? 0 : past.sum / past.n;
  const variance = past.n === 0 ? 1 : Math.max(0, past.squares / past.n - mean ** 2);
  const wanted = (mean - atMost) / (variance + (mean - atMost) ** 2 + 0.02);
  const stake = Math.min(0.9 / (1 + Math.abs(atMost)), Math.max(0, wanted));
  return {
    wealth: past.wealth * (1 + stake * (z - atMost)),
    n: past.n + 1,
    sum: past.sum + z,
    squares: past.squares + z ** 2,
  };
};

export const isRejected = ({ wealth }: Bet, alpha: number): boolean => wealth >= 1 / alpha;
