import { setImmediate as breathe } from 'node:timers/promises';
import type { Progress } from '@winnow/storage';
import { learnFigures } from './learn-figures';
import type { LearnPorts, Subject } from './learn-ports';
import { learnRouter } from './learn-router';
import { learnScore } from './learn-score';
import { learnThreshold } from './learn-threshold';

/** What was there when a task was last looked at. */
interface Looked {
  readonly labels: string;
  readonly answers: bigint;
  readonly figuresMs: number;
}

const figuresEveryMs = 180_000;
const mostTasks = 10_000;

const learnTask = async (at: LearnPorts, progress: Progress, last: Looked | undefined): Promise<Looked> => {
  const { task, version, compared, judged, lastAnswer } = progress;
  const labels = `${version} ${compared} ${judged}`;
  const now = at.nowMs();
  const areLabelsNew = last?.labels !== labels;
  const areFiguresDue =
    last === undefined || ((areLabelsNew || last.answers !== lastAnswer) && now - last.figuresMs >= figuresEveryMs);
  if (!areLabelsNew && !areFiguresDue) return last;
  at.onLabels(task, compared + judged);
  const subject: Subject = {
    progress,
    comparisons: await at.lessons.comparisons(task, version),
    judged: await at.lessons.judged(task, version),
  };
  const scorer = await learnScore(at, subject);
  await breathe();
  await learnThreshold(at, subject, scorer);
  await breathe();
  await learnRouter(at, subject);
  if (areFiguresDue) await learnFigures(at, subject, scorer);
  return { labels, answers: lastAnswer, figuresMs: areFiguresDue ? now : (last?.figuresMs ?? now) };
};

/** One look at all tasks; those whose labels and answers have not changed cost a glance. A task that cannot be learned of stops no other. */
export const createLearn = (at: LearnPorts) => {
  const looked = new Map<string, Looked>();
  return async (): Promise<void> => {
    for (const progress of await at.lessons.progress()) {
      if (looked.size > mostTasks) looked.clear();
      try {
        looked.set(progress.task, await learnTask(at, progress, looked.get(progress.task)));
      } catch (error) {
        at.onFault(progress.task, error);
      }
    }
  };
};
