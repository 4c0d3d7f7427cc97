import { stepAt } from '../statistics/isotonic';
import { predictLogistic, type Sparse } from '../statistics/logistic';
import { gainOf, type GainHeads } from './gain-heads';

/** From this raw score on, so many answers are right, and surely not fewer than `low`. */
export interface Level {
  readonly from: number;
  readonly quality: number;
  readonly low: number;
}

/** How a pair of neighbouring rungs did on the newest outcomes, which it was not trained on. */
export interface PairMetrics {
  readonly rows: number;
  readonly apgr: number;
  readonly lengthApgr: number;
  /** lower end of the paired 95 % interval of what it gains over prompt length */
  readonly overLengthLow: number;
  /** the same against the weights in force; null when there were none */
  readonly overOldLow: number | null;
}

/** All that a task has learned of its ladder. A version never changes; it is swapped whole. */
export interface RouterWeights {
  readonly task: string;
  readonly version: number;
  readonly rungs: readonly string[];
  /** P(the lowest rung is right) */
  readonly base: Float32Array;
  /** of rungs 0 and 1, 1 and 2, … */
  readonly pairs: readonly GainHeads[];
  readonly levels: readonly (readonly Level[])[];
  readonly metrics: readonly PairMetrics[];
}

/** Raw scores of all rungs: the lowest rung's, and the gains added up. */
export const rawScores = (base: Float32Array, pairs: readonly GainHeads[], phi: Sparse): readonly number[] => {
  let raw = predictLogistic(base, phi);
  return [raw, ...pairs.map((pair) => (raw += gainOf(pair, phi)))];
};

export interface RungQuality {
  readonly rung: string;
  readonly quality: number;
  readonly low: number;
}

/** What each rung's answer to this job would be worth. */
export const qualitiesOf = ({ rungs, base, pairs, levels }: RouterWeights, phi: Sparse): readonly RungQuality[] =>
  rawScores(base, pairs, phi).map((raw, k) => {
    const level = stepAt(levels[k] ?? [], raw);
    return { rung: rungs[k] ?? '', quality: level?.quality ?? 0, low: level?.low ?? 0 };
  });
