import { cpLower } from '../statistics/cp-upper';
import { fitIsotonic, type Point } from '../statistics/isotonic';
import { trainLogistic, type Sparse } from '../statistics/logistic';
import { pairedInterval } from '../statistics/paired-interval';
import { gainOf, headOptions, trainGain, type GainHeads, type PairRow } from './gain-heads';
import { apgr, curveOf, rank, type Compared, type Ranking } from './measure';
import { rawScores, type Level, type PairMetrics, type RouterWeights } from './router';

/** One job of which the answers of some rungs were graded, 0 to 1; null where a rung was not asked. */
export interface OutcomeRow {
  readonly phi: Sparse;
  readonly words: number;
  readonly outcomes: readonly (number | null)[];
  /** 1/propensity, capped */
  readonly weight: number;
}

export interface TrainingAsk {
  readonly task: string;
  readonly version: number;
  readonly rungs: readonly string[];
  /** oldest first: what is newest judges */
  readonly rows: readonly OutcomeRow[];
  readonly old: RouterWeights | null;
  readonly seed: number;
}

export type Training =
  | { readonly kind: 'trained'; readonly weights: RouterWeights; readonly promote: boolean; readonly why: string }
  | {
      readonly kind: 'too-few';
      readonly pair: readonly [string, string];
      readonly rows: number;
      readonly needed: number;
    };

const leastRows = 100;
const mostRungs = 5;
const newest = 0.2;
const folds = 3;
const leastOfLevel = 30;
const sureness = 0.9;
const replicates = 400;
// plain data goes through JSON, which has no infinity; no difference of two areas is as low
const nothingShown = -1_000;

interface Both extends PairRow {
  readonly words: number;
}

const bothOf = (rows: readonly OutcomeRow[], k: number): Both[] =>
  rows.flatMap(({ phi, outcomes, weight, words }) => {
    const cheap = outcomes[k];
    const dear = outcomes[k + 1];
    return cheap == null || dear == null ? [] : [{ phi, cheap, dear, weight, words }];
  });

interface Heads {
  readonly base: Float32Array;
  readonly pairs: readonly GainHeads[];
}

const trainHeads = (rows: readonly OutcomeRow[], rungs: number, seed: number): Heads => ({
  base: trainLogistic(
    rows.flatMap(({ phi, outcomes: [label], weight }) => (label == null ? [] : [{ row: phi, label, weight }])),
    headOptions(seed),
  ),
  pairs: Array.from({ length: rungs - 1 }, (_, k) => trainGain(bothOf(rows, k), seed + k + 1)),
});

/** Scores of rows by heads that have not seen them, with what came of them: on its own rows a head looks surer than it is. */
const crossPoints = (rows: readonly OutcomeRow[], rungs: number, seed: number): Point[][] => {
  const points: Point[][] = Array.from({ length: rungs }, () => []);
  for (let fold = 0; fold < folds; fold += 1) {
    const kept = rows.filter((_, i) => i % folds !== fold);
    const { base, pairs } = trainHeads(kept, rungs, seed + fold);
    for (const { phi, outcomes } of rows.filter((_, i) => i % folds === fold))
      for (const [k, score] of rawScores(base, pairs, phi).entries()) {
        const label = outcomes[k];
        if (label != null) points[k]?.push({ score, label });
      }
  }
  return points;
};

const levelsOf = (points: readonly Point[]): readonly Level[] =>
  fitIsotonic(points, leastOfLevel).map(({ from, n, sum }) => ({
    from,
    quality: sum / n,
    low: cpLower(Math.floor(sum), n, sureness),
  }));

const rankedBy = (rows: readonly Both[], score: (row: Both) => number): Ranking =>
  rank(
    rows.map<Compared>(({ cheap, dear }) => ({ weak: cheap, strong: dear })),
    rows.map(score),
  );

const gapOf = ({ rows }: Ranking): number => rows.reduce((sum, { weak, strong }) => sum + strong - weak, 0);

/** By how much one order of escalation surely beats another, on the same jobs. Without a gap there is nothing to win. */
const surelyBeats = (better: Ranking, worse: Ranking, seed: number): number => {
  if (gapOf(better) <= 0) return nothingShown;
  // A replicate without a gap proves nothing for either.
  const gain = (times: Uint16Array): number => {
    const difference = apgr(curveOf(better, times)) - apgr(curveOf(worse, times));
    return Number.isFinite(difference) ? difference : 0;
  };
  return pairedInterval(better.rows.length, gain, { replicates, seed }).low;
};

const measurePair = (rows: readonly Both[], pair: GainHeads, old: GainHeads | null, seed: number): PairMetrics => {
  const mine = rankedBy(rows, ({ phi }) => gainOf(pair, phi));
  const length = rankedBy(rows, ({ words }) => words);
  return {
    rows: rows.length,
    apgr: apgr(curveOf(mine)),
    lengthApgr: apgr(curveOf(length)),
    overLengthLow: surelyBeats(mine, length, seed),
    overOldLow:
      old === null
        ? null
        : surelyBeats(
            mine,
            rankedBy(rows, ({ phi }) => gainOf(old, phi)),
            seed,
          ),
  };
};

const judge = (metrics: readonly PairMetrics[], rungs: readonly string[]): { promote: boolean; why: string } => {
  const weak = metrics.findIndex(({ overLengthLow, overOldLow }) => !(overLengthLow > 0 && (overOldLow ?? 1) > 0));
  const pair = (k: number): string => `${rungs[k]} to ${rungs[k + 1]}`;
  if (weak < 0)
    return { promote: true, why: metrics.map(({ apgr }, k) => `${pair(k)}: ${apgr.toFixed(3)}`).join('; ') };
  const { overLengthLow = 0, rows = 0 } = metrics[weak] ?? {};
  const what = overLengthLow > 0 ? 'the weights in force' : 'prompt length';
  return { promote: false, why: `${pair(weak)} does not surely beat ${what} on the newest ${rows} outcomes` };
};

/** Learns from the older outcomes, is judged on the newest fifth, and says whether it may go live. What was judged is what goes live. */
export const trainRouter = ({ task, version, rungs, rows, old, seed }: TrainingAsk): Training => {
  if (rungs.length < 2 || rungs.length > mostRungs)
    throw new RangeError(`a router has 2 to 5 rungs, not ${rungs.length}`);
  for (let k = 0; k < rungs.length - 1; k += 1) {
    const { length } = bothOf(rows, k);
    if (length < leastRows)
      return { kind: 'too-few', pair: [rungs[k] ?? '', rungs[k + 1] ?? ''], rows: length, needed: leastRows };
  }
  const split = Math.floor(rows.length * (1 - newest));
  const older = rows.slice(0, split);
  const newer = rows.slice(split);
  const { base, pairs } = trainHeads(older, rungs.length, seed);
  // of another ladder, the old weights say nothing about these pairs
  const before = old !== null && old.rungs.join('\n') === rungs.join('\n') ? old : null;
  const metrics = pairs.map((pair, k) => measurePair(bothOf(newer, k), pair, before?.pairs[k] ?? null, seed + k));
  const levels = crossPoints(older, rungs.length, seed).map(levelsOf);
  return { kind: 'trained', weights: { task, version, rungs, base, pairs, levels, metrics }, ...judge(metrics, rungs) };
};
