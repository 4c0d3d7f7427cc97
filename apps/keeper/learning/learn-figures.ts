import { figuresOf } from '@winnow/analysis/learning/figures';
import { canonicalJson } from '@winnow/kernel';
import type { LearnPorts, Scorer, Subject } from './learn-ports';

/** Figures that have not changed are written again all the same before they would count as stale. */
const againAfterMs = 7 * 86_400_000;

/** How good the rungs of a task are, and where its jobs part. */
export const learnFigures = async (
  at: LearnPorts,
  { progress: { task, version }, comparisons }: Subject,
  { verifier }: Scorer,
): Promise<void> => {
  const answers = await at.lessons.answers(task, version);
  const figures = canonicalJson(figuresOf(answers, comparisons, verifier));
  const before = await at.store.live('quality', task);
  const isSame = before !== null && Buffer.from(before.weights).toString() === figures;
  if (isSame && at.nowMs() - before.madeAt.getTime() < againAfterMs) return;
  const weights = Buffer.from(figures);
  const metrics = { answers: answers.length, labels: comparisons.length };
  const published = await at.store.publish({
    kind: 'quality',
    task,
    subject: '',
    state: 'live',
    weights,
    metrics,
    rows: answers.length,
  });
  at.onPublished('quality', task, published, 'live');
};
