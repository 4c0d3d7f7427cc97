import { fitIsotonic, stepAt, type Point } from '../statistics/isotonic';
import { predictLogistic, trainLogistic, type LabelledRow, type Sparse } from '../statistics/logistic';
import { seeded, shuffled } from '../statistics/seeded';
import { shrink } from '../statistics/shrink';
import type { Signs } from './answer-signs';

export interface GradedSigns {
  readonly signs: Signs;
  /** 1: the answer would be accepted */
  readonly good: number;
  readonly weight?: number;
}

export interface VerifierLevel {
  readonly from: number;
  readonly good: number;
}

/** P(good) of an answer. Plain data: it is kept as a row and swapped whole. */
export interface Verifier {
  readonly names: readonly string[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
  readonly weights: readonly number[];
  /** from this raw score on so many are good; the first holds below it as well */
  readonly levels: readonly VerifierLevel[];
  readonly labels: number;
}

const leastLabels = 100;
const mostNames = 512;
const folds = 5;
const leastOfStep = 15;
// ten steps at most: more of them follow the noise of a few labels
const mostSteps = 10;
const drawnBy = 5;

type Frame = Pick<Verifier, 'names' | 'means' | 'scales'>;

const frameOf = (rows: readonly GradedSigns[]): Frame => {
  const names = [...new Set(rows.flatMap(({ signs }) => Object.keys(signs)))].sort().slice(0, mostNames);
  const columns = names.map((name) => rows.map(({ signs }) => signs[name] ?? 0));
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / rows.length);
  const scales = columns.map((column, i) =>
    Math.sqrt(column.reduce((sum, value) => sum + (value - (means[i] ?? 0)) ** 2, 0) / rows.length),
  );
  return { names, means, scales };
};

/** Standardised, and cut at four deviations: one odd answer must not carry the sum away. A sign that never differed says nothing. */
const rowOf = ({ names, means, scales }: Frame, signs: Signs): Sparse => ({
  indices: Uint32Array.from({ length: names.length + 1 }, (_, i) => i),
  values: Float32Array.from([
    1,
    ...names.map((name, i) => {
      const scale = scales[i] ?? 0;
      return scale < 1e-6 ? 0 : Math.max(-4, Math.min(4, ((signs[name] ?? 0) - (means[i] ?? 0)) / scale));
    }),
  ]),
});

const fit = (frame: Frame, rows: readonly GradedSigns[], seed: number): Float32Array => {
  const labelled = rows.map<LabelledRow>(({ signs, good, weight }) => ({
    row: rowOf(frame, signs),
    label: good,
    weight,
  }));
  return trainLogistic(labelled, { size: frame.names.length + 1, epochs: 30, rate: 0.05, l2: 0.02, seed });
};

/** Each row's score by a model that has not seen it: calibrated on its own training rows a model would look surer than it is. */
const crossScores = (frame: Frame, rows: readonly GradedSigns[], seed: number): Point[] => {
  const order = shuffled(rows.length, seeded(seed));
  return Array.from({ length: folds }, (_, fold) => {
    const inFold = [...order].map((at, i) => ({ row: rows[at], own: i % folds === fold }));
    const kept = inFold.flatMap(({ row, own }) => (row !== undefined && !own ? [row] : []));
    const weights = fit(frame, kept, seed + fold);
    return inFold.flatMap(({ row, own }) =>
      row !== undefined && own ? [{ score: predictLogistic(weights, rowOf(frame, row.signs)), label: row.good }] : [],
    );
  }).flat();
};

/** Nothing is stated as certain: each step is drawn a little towards the base rate, which must not make a surer one state less. */
const levelsOf = (points: readonly Point[]): readonly VerifierLevel[] => {
  const base = points.reduce((sum, { label }) => sum + label, 0) / points.length;
  let good = 0;
  return fitIsotonic(points, Math.max(leastOfStep, Math.ceil(points.length / mostSteps))).map(({ from, n, sum }) => {
    good = Math.max(good, shrink(sum, n, base, drawnBy));
    return { from, good };
  });
};

/** Null under a hundred labels: until then the fixed mean of the checks stands, marked as uncalibrated. */
export const trainVerifier = (rows: readonly GradedSigns[], seed: number): Verifier | null => {
  if (rows.length < leastLabels) return null;
  const frame = frameOf(rows);
  return {
    ...frame,
    weights: [...fit(frame, rows, seed)],
    levels: levelsOf(crossScores(frame, rows, seed)),
    labels: rows.length,
  };
};

export interface Verified {
  /** calibrated: of a hundred answers with this score so many are good */
  readonly good: number;
  /** before calibration: finer, for an order among answers of one step */
  readonly raw: number;
}

export const verify = (verifier: Verifier, signs: Signs): Verified => {
  const raw = predictLogistic(Float32Array.from(verifier.weights), rowOf(verifier, signs));
  return { good: stepAt(verifier.levels, raw)?.good ?? 0, raw };
};
