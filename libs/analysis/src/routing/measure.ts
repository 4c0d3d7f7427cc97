/** One prompt that two rungs answered. */
export interface Compared {
  readonly weak: number;
  readonly strong: number;
}

const stops = Array.from({ length: 11 }, (_, i) => i / 10);

const byScore = (scores: ArrayLike<number>): Uint32Array =>
  Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));

/** Rows in the order in which they would be sent to the stronger rung. Equal scores keep the order of the rows. */
export interface Ranking {
  readonly rows: readonly Compared[];
  readonly order: Uint32Array;
}

export const rank = (rows: readonly Compared[], scores: ArrayLike<number>): Ranking => ({
  rows,
  order: byScore(scores),
});

export interface Curve {
  readonly weak: number;
  readonly strong: number;
  /** accuracy with 0, 10, … 100 % of the calls at the stronger rung */
  readonly accuracy: readonly number[];
}

/** Accuracy by share of strong calls. `times` counts each row so often: a replicate of the bootstrap. */
export const curveOf = ({ rows, order }: Ranking, times?: Uint16Array): Curve => {
  const weigh = (at: number): number => times?.[at] ?? 1;
  let total = 0;
  let right = 0;
  for (const [at, { weak }] of rows.entries()) {
    total += weigh(at);
    right += weigh(at) * weak;
  }
  const weak = right / total;
  const accuracy: number[] = [];
  let sent = 0;
  for (const at of order) {
    const { weak: cheap, strong } = rows[at] ?? { weak: 0, strong: 0 };
    const times = weigh(at);
    // where a stop falls inside the copies of one row, it takes its part of them
    for (let stop = stops[accuracy.length] ?? 2; stop * total <= sent + times && accuracy.length < 10;) {
      accuracy.push((right + (stop * total - sent) * (strong - cheap)) / total);
      stop = stops[accuracy.length] ?? 2;
    }
    sent += times;
    right += times * (strong - cheap);
  }
  return { weak, strong: right / total, accuracy: [...accuracy, right / total] };
};

/** Area between the curve and the weaker rung, as a share of the gap: .5 is chance, 1 sends only what the stronger rung gains on. */
export const apgr = ({ weak, strong, accuracy }: Curve): number => {
  const area = accuracy.slice(1).reduce((sum, y, i) => sum + (y + (accuracy[i] ?? 0)) / 20, 0);
  return (area - weak) / (strong - weak);
};

/** The share of strong calls that recovers this share of the gap, between stops by a straight line. */
export const callsFor = ({ weak, strong, accuracy }: Curve, share: number): number => {
  const wanted = weak + share * (strong - weak);
  const after = accuracy.findIndex((y) => y >= wanted);
  if (after <= 0) return after === 0 ? 0 : 1;
  const before = accuracy[after - 1] ?? weak;
  return (after - 1 + (wanted - before) / ((accuracy[after] ?? wanted) - before)) / 10;
};
