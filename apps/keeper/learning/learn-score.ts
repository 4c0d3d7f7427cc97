import { goodOf } from '@winnow/analysis/learning/labels';
import type { Verifier } from '@winnow/analysis/scoring/verifier';
import { isDue } from './is-due';
import type { LearnPorts, Scorer, Subject } from './learn-ports';

const leastLabels = 100;
const mostRows = 5_000;
const seed = 7;

const scorerNow = async ({ store }: LearnPorts, task: string): Promise<Scorer> => {
  const row = await store.live('score', task);
  if (row === null) return { version: 0, verifier: null };
  return { version: row.version, verifier: JSON.parse(Buffer.from(row.weights).toString()) as Verifier };
};

/** From a hundred labels on, and again when there are a fifth more, the score of a task becomes P(right). */
export const learnScore = async (at: LearnPorts, { progress, comparisons, judged }: Subject): Promise<Scorer> => {
  const { task } = progress;
  const total = progress.compared + progress.judged;
  const rows = [...comparisons, ...judged]
    .flatMap((label) => (label.signs === null ? [] : [{ signs: label.signs, good: goodOf(label) }]))
    .slice(-mostRows);
  if (rows.length < leastLabels || !isDue(await at.store.last('score', task), total)) return scorerNow(at, task);
  const learnt = await at.train({ kind: 'score', rows, seed });
  if (learnt.kind === 'too-few') return scorerNow(at, task);
  const { weights, metrics } = learnt;
  const version = await at.store.publish({
    kind: 'score',
    task,
    subject: '',
    state: 'live',
    weights,
    metrics,
    rows: total,
  });
  at.onPublished('score', task, version, 'live');
  return scorerNow(at, task);
};
