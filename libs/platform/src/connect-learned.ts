import type { Learned } from '@winnow/analysis';
import { systemClock } from '@winnow/kernel';
import { createLearnedStore, createLiveLearned, type Database } from '@winnow/storage';
import type { Kit } from './boot';
import { every } from './every';

const lookEveryMs = 5_000;

/** What was learned, looked for every few seconds. Nobody waits for it: until it is there, what holds without it does. */
export const connectLearned = ({ log, lifecycle }: Kit, db: Pick<Database, 'rest'>): Learned => {
  const learned = createLiveLearned({
    store: createLearnedStore(db.rest),
    nowMs: () => systemClock.now().getTime(),
    onFault: ({ kind, task, version }, error) =>
      log.warn({ kind, task, version, err: error }, 'what was learned cannot be read and is left out'),
  });
  const loop = every('learned', lookEveryMs, log, learned.refresh);
  lifecycle.onStop('learned', 3_000, loop.stop);
  return learned;
};
