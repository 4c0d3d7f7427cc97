import { phiOf } from '../routing/features';
import { factsOf } from '../routing/text-facts';
import { trainRouter } from '../routing/train-router';
import { decodeWeights, encodeWeights } from '../routing/weights-bytes';
import { trainVerifier, type GradedSigns } from '../scoring/verifier';

/** Plain data, since it crosses into a thread. */
export interface ScoreLesson {
  readonly kind: 'score';
  readonly rows: readonly GradedSigns[];
  readonly seed: number;
}

export interface RouterLesson {
  readonly kind: 'router';
  readonly task: string;
  readonly rungs: readonly string[];
  /** oldest first */
  readonly rows: readonly {
    readonly text: string;
    readonly category: string | null;
    readonly outcomes: readonly (number | null)[];
    readonly weight: number;
  }[];
  readonly old: Uint8Array | null;
  readonly seed: number;
}

export type Lesson = ScoreLesson | RouterLesson;

export type Learnt =
  | { readonly kind: 'too-few' }
  | {
      readonly kind: 'learnt';
      readonly weights: Uint8Array;
      readonly promote: boolean;
      readonly metrics: Readonly<Record<string, unknown>>;
    };

const learnScore = ({ rows, seed }: ScoreLesson): Learnt => {
  const verifier = trainVerifier(rows, seed);
  if (verifier === null) return { kind: 'too-few' };
  const good = rows.reduce((sum, row) => sum + row.good, 0) / rows.length;
  return {
    kind: 'learnt',
    weights: Buffer.from(JSON.stringify(verifier)),
    promote: true,
    metrics: { labels: rows.length, good, steps: verifier.levels },
  };
};

const learnRouter = ({ task, rungs, rows, old, seed }: RouterLesson): Learnt => {
  const training = trainRouter({
    task,
    version: 0,
    rungs,
    rows: rows.map(({ text, category, outcomes, weight }) => ({
      phi: phiOf({ task, text, ...(category === null ? {} : { category }) }),
      words: factsOf(text).words.length,
      outcomes,
      weight,
    })),
    old: old === null ? null : decodeWeights(Buffer.from(old)),
    seed,
  });
  if (training.kind === 'too-few') return { kind: 'too-few' };
  const { weights, promote, why } = training;
  return {
    kind: 'learnt',
    weights: encodeWeights(weights),
    promote,
    metrics: { why, rungs, rows: rows.length, pairs: weights.metrics },
  };
};

export const learnLesson = (lesson: Lesson): Learnt =>
  lesson.kind === 'score' ? learnScore(lesson) : learnRouter(lesson);
