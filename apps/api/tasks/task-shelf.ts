import type { Catalogue, TaskRegistry } from '@winnow/analysis';
import { Refusal, type AnyTask, type TaskOut } from '@winnow/contracts';
import { describeTask, tiersOf } from './present-task';

export interface TaskShelf {
  readonly all: () => TaskOut[];
  readonly one: (name: string, version: number | null) => TaskOut;
}

/** The catalogue of tasks as it is shown. Schemas are converted once. */
export const createTaskShelf = (tasks: TaskRegistry, catalogue: Pick<Catalogue, 'rungsOf'>): TaskShelf => {
  const described = new WeakMap<AnyTask, Omit<TaskOut, 'tiers'>>();
  const show = (task: AnyTask): TaskOut => {
    const known = described.get(task) ?? describeTask(task);
    described.set(task, known);
    return { ...known, tiers: tiersOf(task, catalogue) };
  };
  return {
    all: () => tasks.all().map(show),
    one: (name, version) => {
      const task = tasks.find(name, version);
      if (task === undefined) throw new Refusal('not-found', 'there is no such task');
      return show(task);
    },
  };
};
