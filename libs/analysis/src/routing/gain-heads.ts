import { predictLogistic, trainLogistic, type LogisticOptions, type Sparse } from '../statistics/logistic';
import { phiSize } from './features';

/** Of two neighbouring rungs: how likely only the dearer is right, and how likely only the cheaper. */
export interface GainHeads {
  readonly plus: Float32Array;
  readonly minus: Float32Array;
}

export interface PairRow {
  readonly phi: Sparse;
  readonly cheap: number;
  readonly dear: number;
  readonly weight?: number;
}

export const headOptions = (seed: number): LogisticOptions => ({
  size: phiSize,
  epochs: 5,
  rate: 0.05,
  l2: 1e-4,
  seed,
});

/** What is hard for the cheaper model may be as hard for the dearer: two heads see the difference, "is it hard" does not. */
export const trainGain = (rows: readonly PairRow[], seed: number): GainHeads => {
  const options = headOptions(seed);
  const head = (label: (row: PairRow) => number): Float32Array =>
    trainLogistic(
      rows.map((row) => ({ row: row.phi, label: label(row), weight: row.weight })),
      options,
    );
  return {
    plus: head(({ cheap, dear }) => dear * (1 - cheap)),
    minus: head(({ cheap, dear }) => cheap * (1 - dear)),
  };
};

export const gainOf = ({ plus, minus }: GainHeads, phi: Sparse): number =>
  predictLogistic(plus, phi) - predictLogistic(minus, phi);
