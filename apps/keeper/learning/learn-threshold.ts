import {
  boundOf,
  decodeThreshold,
  encodeThreshold,
  foldComparisons,
  newThreshold,
  type Threshold,
} from '@winnow/analysis/learning/threshold';
import { defaultFloor } from '@winnow/contracts';
import type { LearnPorts, Scorer, Subject } from './learn-ports';

const stateNow = async ({ store }: LearnPorts, task: string): Promise<Threshold | null> => {
  const row = await store.live('threshold', task);
  return row === null ? null : decodeThreshold(row.weights);
};

/** Folds the comparisons that are new into the controller. After another scorer or another version of the task it begins again. */
export const learnThreshold = async (
  at: LearnPorts,
  { progress: { task, version: taskVersion }, comparisons }: Subject,
  { version: scorer, verifier }: Scorer,
): Promise<void> => {
  const before = await stateNow(at, task);
  const goesOn = before !== null && before.scorer === scorer && before.taskVersion === taskVersion;
  const now = foldComparisons(
    goesOn ? before : newThreshold({ scorer, taskVersion, promised: defaultFloor }),
    comparisons,
    verifier,
  );
  if (now.seen === (goesOn ? before.seen : 0)) return;
  const { why, alarms, ring } = now.controller;
  const version = await at.store.publish({
    kind: 'threshold',
    task,
    subject: '',
    state: 'live',
    weights: encodeThreshold(now),
    metrics: { bound: boundOf(now), why, alarms, scorer },
    rows: ring.length,
  });
  at.onPublished('threshold', task, version, 'live');
};
