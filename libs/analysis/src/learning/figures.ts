import { adaptCuts, defaultComplexity } from '../policies/complexity';
import type { ColdStart, Measured } from '../ports';
import type { Verifier } from '../scoring/verifier';
import { ppi } from '../statistics/ppi';
import { shrink } from '../statistics/shrink';
import { goodOf, rescored, type Label } from './labels';
import type { Signs } from '../scoring/answer-signs';

/** An answer that a job was given first, labelled or not. */
export interface ScoredAnswer {
  readonly job: string;
  readonly rung: string;
  readonly tier: string;
  readonly score: number;
  readonly signs: Signs | null;
  readonly category: string | null;
  readonly complexity: number | null;
}

/** What is shown of a task, and what the cold start and the ladder go by. */
export interface Figures {
  readonly rungs: Readonly<Record<string, Measured>>;
  readonly coldStart: ColdStart;
}

const leastLabels = 10;
const mostCategories = 200;
const usuallyRight = 0.7;
const rounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e3) / 1e3;

const measure = (answers: readonly ScoredAnswer[], labels: ReadonlyMap<string, Label>, verifier: Verifier | null) => {
  const labelled = answers.flatMap((answer) => {
    const label = labels.get(answer.job);
    return label === undefined || label.subject !== answer.rung
      ? []
      : [{ label: goodOf(label), score: rescored(answer, verifier) }];
  });
  const found = ppi(
    labelled,
    answers.map((answer) => rescored(answer, verifier)),
  );
  if (found === null || labelled.length < leastLabels) return null;
  const { mean, low, high, labels: seen, scores } = found;
  return { mean: rounded(mean), low: rounded(low), high: rounded(high), n: scores, labels: seen };
};

const rightByCategory = (answers: readonly ScoredAnswer[], labels: ReadonlyMap<string, Label>) => {
  const seen = answers.flatMap((answer) => {
    const label = labels.get(answer.job);
    return answer.category === null || answer.tier !== 'ultra' || label?.subject !== answer.rung
      ? []
      : [{ category: answer.category, good: goodOf(label) }];
  });
  const groups = [...Map.groupBy(seen, ({ category }) => category)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, mostCategories);
  return Object.fromEntries(
    groups.map(([category, rows]) => {
      const sum = rows.reduce((total, { good }) => total + good, 0);
      return [category, rounded(shrink(sum, rows.length, usuallyRight))];
    }),
  );
};

/** From answers and labels, oldest first. A rung with hardly a label is left out: nobody knows how good it is. */
export const figuresOf = (
  answers: readonly ScoredAnswer[],
  labels: readonly Label[],
  verifier: Verifier | null,
): Figures => {
  const byJob = new Map(labels.map((label) => [label.job, label]));
  const rungs = [...Map.groupBy(answers, ({ rung }) => rung)].flatMap(([rung, group]) => {
    const measured = measure(group, byJob, verifier);
    return measured === null ? [] : [[rung, measured] as const];
  });
  return {
    rungs: Object.fromEntries(rungs),
    coldStart: {
      cuts: adaptCuts(
        answers.flatMap(({ complexity }) => complexity ?? []),
        defaultComplexity.cuts,
      ),
      rightAtUltra: rightByCategory(answers, byJob),
    },
  };
};
