import type { Lessons } from '@winnow/storage';

type Crowding = Awaited<ReturnType<Lessons['crowded']>>[number];

interface CrowdPorts {
  readonly lessons: Pick<Lessons, 'crowded'>;
  readonly onCrowds: (task: string, categories: readonly string[]) => void;
  readonly onCrowd: (crowd: Crowding) => void;
}

/** A category alone must not buy dearer models. One that does is told of, and tasks that had one and have none any more are set back. */
export const createCrowdWatch = (at: CrowdPorts) => {
  let told = new Set<string>();
  return async (): Promise<void> => {
    const byTask = Map.groupBy(await at.lessons.crowded(), ({ task }) => task);
    for (const task of told) if (!byTask.has(task)) at.onCrowds(task, []);
    for (const [task, crowds] of byTask) {
      at.onCrowds(
        task,
        crowds.map(({ category }) => category),
      );
      for (const crowd of crowds) at.onCrowd(crowd);
    }
    told = new Set(byTask.keys());
  };
};
