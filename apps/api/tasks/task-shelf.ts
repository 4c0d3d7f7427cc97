import type { Catalogue, TaskRegistry } from '@winnow/analysis';
import { Refusal, type AnyTask, type TaskOut } from '@winnow/contracts';
import type { TaskStore, TenantId } from '@winnow/storage';
import type { Cursors, CursorScope } from '../jobs/cursor';
import { describeTask, presentOwn, tiersOf } from './present-task';

export interface TaskPage {
  readonly data: readonly TaskOut[];
  readonly next: string | null;
}

export interface TaskShelf {
  /** the shipped ones, then the tenant's own by name */
  readonly page: (tenant: TenantId, limit: number, after: string | undefined) => Promise<TaskPage>;
  readonly one: (tenant: TenantId, name: string, version: number | null) => Promise<TaskOut>;
  readonly retire: (tenant: TenantId, name: string, version: number | null) => Promise<TaskOut>;
}

export interface ShelfPorts {
  readonly shipped: TaskRegistry;
  readonly store: Pick<TaskStore, 'get' | 'list' | 'retire'>;
  readonly catalogue: Pick<Catalogue, 'rungsOf'>;
  readonly cursors: Pick<Cursors, 'readPlace' | 'writePlace'>;
}

/** Where a page begins: at a shipped task by its place, or behind an own one by its name. */
const readPlace = (place: string | null, shipped: number): { from: number; behind: string | null } => {
  if (place === null) return { from: 0, behind: null };
  return place.startsWith('=') ? { from: shipped, behind: place.slice(1) } : { from: Number(place), behind: null };
};

/** The catalogue of tasks as it is shown. Schemas of shipped tasks are converted once. */
export const createTaskShelf = ({ shipped, store, catalogue, cursors }: ShelfPorts): TaskShelf => {
  const described = new WeakMap<AnyTask, Omit<TaskOut, 'tiers'>>();
  const show = (task: AnyTask): TaskOut => {
    const known = described.get(task) ?? describeTask(task);
    described.set(task, known);
    return { ...known, tiers: tiersOf(task.start.tier, catalogue) };
  };
  const find = async (tenant: TenantId, name: string, version: number | null): Promise<TaskOut> => {
    const row = await store.get(tenant, name, version);
    if (row === null) throw new Refusal('not-found', 'there is no such task');
    return presentOwn(row, catalogue);
  };
  return {
    page: async (tenant, limit, after) => {
      const scope: CursorScope = { list: 'tasks', tenant, order: 'asc', filter: {} };
      const all = shipped.all();
      const { from, behind } = readPlace(after === undefined ? null : cursors.readPlace(scope, after), all.length);
      const first = all.slice(from, from + limit);
      const room = limit - first.length;
      const rows = await store.list(tenant, behind, room + 1);
      const own = rows.slice(0, room);
      const shown = from + first.length;
      const place = own.length > 0 ? `=${own.at(-1)?.name}` : String(shown);
      const isLast = shown >= all.length && rows.length <= room;
      return {
        data: [...first.map(show), ...own.map((row) => presentOwn(row, catalogue))],
        next: isLast ? null : cursors.writePlace(scope, place),
      };
    },
    one: async (tenant, name, version) => {
      const task = shipped.find(name, version);
      return task === undefined ? find(tenant, name, version) : show(task);
    },
    retire: async (tenant, name, version) => {
      if (shipped.find(name) !== undefined)
        throw new Refusal('state-conflict', `${name} is a task that every tenant has: it cannot be retired`, {
          state: 'live',
        });
      await find(tenant, name, version);
      await store.retire(tenant, name, version);
      return find(tenant, name, version);
    },
  };
};
