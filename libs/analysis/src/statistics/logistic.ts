import { seeded, shuffled } from './seeded';

/** A row of a large space of which most is 0. */
export interface Sparse {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export interface LogisticOptions {
  /** size of the space; an index at or above it is a broken invariant */
  readonly size: number;
  readonly epochs: number;
  readonly rate: number;
  readonly l2: number;
  readonly seed: number;
}

export interface LabelledRow {
  readonly row: Sparse;
  /** 0, 1 or a share */
  readonly label: number;
  readonly weight?: number;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

export const dot = (weights: Float32Array, { indices, values }: Sparse): number => {
  let sum = 0;
  for (let i = 0; i < indices.length; i += 1) sum += (weights[indices[i] ?? 0] ?? 0) * (values[i] ?? 0);
  return sum;
};

export const predictLogistic = (weights: Float32Array, row: Sparse): number => sigmoid(dot(weights, row));

// Without a floor the first step of a weight would be the full rate, however small its gradient.
const firstSquare = 1e-8;

/** Logistic regression by AdaGrad, one row at a time. The same rows, options and seed give the same weights. */
export const trainLogistic = (rows: readonly LabelledRow[], options: LogisticOptions): Float32Array => {
  const { size, epochs, rate, l2, seed } = options;
  const weights = new Float32Array(size);
  const squares = new Float32Array(size).fill(firstSquare);
  const random = seeded(seed);
  for (let epoch = 0; epoch < epochs; epoch += 1)
    for (const at of shuffled(rows.length, random)) {
      const example = rows[at];
      if (example === undefined) continue;
      const { row, label, weight = 1 } = example;
      const error = (predictLogistic(weights, row) - label) * weight;
      for (let i = 0; i < row.indices.length; i += 1) {
        const index = row.indices[i] ?? 0;
        if (index >= size) throw new RangeError(`feature ${index} lies outside the space of ${size}`);
        const held = weights[index] ?? 0;
        const slope = error * (row.values[i] ?? 0) + l2 * held;
        const square = (squares[index] ?? 0) + slope * slope;
        squares[index] = square;
        weights[index] = held - (rate * slope) / Math.sqrt(square);
      }
    }
  return weights;
};
