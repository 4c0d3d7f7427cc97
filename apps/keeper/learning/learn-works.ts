import { createTaskRegistry } from '@winnow/analysis';
import type { Connections, Kit } from '@winnow/platform';
import { createBudgetUpkeep, createLearnedStore, createLessons, type LiveCatalogue } from '@winnow/storage';
import { learnInThread } from './in-thread';
import { createLearn } from './learn';
import type { LearnPorts } from './learn-ports';
import { createCrowdWatch } from './watch-crowds';

const watchEveryMs = 300_000;

const portsOf = ({ log, metrics }: Kit, db: Connections['db'], catalogue: LiveCatalogue): LearnPorts => ({
  lessons: createLessons(db.rest),
  store: createLearnedStore(db.rest),
  catalogue,
  taskOf: createTaskRegistry().find,
  train: async (lesson) => {
    const end = metrics.trainingSeconds.startTimer({ kind: lesson.kind });
    try {
      return await learnInThread(lesson);
    } finally {
      end();
    }
  },
  nowMs: Date.now,
  onPublished: (kind, task, version, state) =>
    log[kind === 'quality' || kind === 'threshold' ? 'debug' : 'info']({ kind, task, version, state }, 'learned'),
  onLabels: (task, labels) => metrics.labels.set({ task }, labels),
  onFault: (task, error) => log.warn({ task, err: error }, 'nothing could be learned of a task'),
});

/** Learns of one task after the other, by one keeper at a time. */
export const createLearnWork = (kit: Kit, { db }: Connections, catalogue: LiveCatalogue) => {
  const ports = portsOf(kit, db, catalogue);
  const ticks = createBudgetUpkeep(db.rest);
  const learn = createLearn(ports);
  const watch = createCrowdWatch({
    lessons: ports.lessons,
    onCrowds: (task, categories) => kit.metrics.crowdedCategories.set({ task }, categories.length),
    onCrowd: (crowd) =>
      kit.log.warn(crowd, 'over half of a category begins above light: look at what it was learned from'),
  });
  return async (): Promise<void> => {
    // A little less than the pause, or every second look would come too early.
    if (!(await ticks.isDue('learn', kit.config.learnEveryMs * 0.9))) return;
    await learn();
    for (const { kind, task, version } of await ports.store.serving())
      kit.metrics.learnedVersion.set({ kind, task }, version);
    if (await ticks.isDue('watch crowds', watchEveryMs)) await watch();
  };
};
