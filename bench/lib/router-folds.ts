import { seeded, shuffled } from '@winnow/analysis/statistics/seeded';

export const folds = 5;

/** A score for each row from a model that was trained on the other four fifths. */
export const scoreByFolds = <Model>(
  rows: number,
  seed: number,
  train: (kept: readonly number[], seed: number) => Model,
  score: (model: Model, at: number) => number,
): Float64Array => {
  const order = [...shuffled(rows, seeded(seed))];
  const scores = new Float64Array(rows);
  for (let fold = 0; fold < folds; fold += 1) {
    const model = train(
      order.filter((_, i) => i % folds !== fold),
      seed * folds + fold,
    );
    for (const at of order.filter((_, i) => i % folds === fold)) scores[at] = score(model, at);
  }
  return scores;
};
