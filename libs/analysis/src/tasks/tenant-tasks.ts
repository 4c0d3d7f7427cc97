import type { AnyTask, TaskBody, TaskState } from '@winnow/contracts';
import { compileDefinition } from './from-definition/compile-definition';
import type { TaskRegistry } from './registry';

/** A version of a tenant's task as it is kept. */
export interface Definition {
  readonly body: TaskBody;
  readonly bytes: number;
}

/** How a name of a tenant's stands: its newest version that serves, its newest at all, and the one that was asked for. */
export interface Standing {
  readonly live: number | null;
  readonly newest: number;
  readonly asked: TaskState | null;
  /** whether any version was retired */
  readonly retired: boolean;
}

export interface DefinitionReader {
  readonly definitionOf: (tenant: string, name: string, version: number) => Promise<Definition | null>;
  readonly standingOf: (tenant: string, name: string, version: number | null) => Promise<Standing | null>;
}

/** Whoever works on jobs finds their task by it, whatever became of the version since they were taken. */
export interface TaskFinder {
  readonly find: (name: string, version: number, tenant: string) => AnyTask | undefined | Promise<AnyTask | undefined>;
}

export type Named =
  | { readonly kind: 'task'; readonly task: AnyTask }
  | { readonly kind: 'unknown'; readonly why: string; readonly wrong: 'task' | 'version' }
  | { readonly kind: 'retired'; readonly why: string };

export interface TenantTasks extends TaskFinder {
  readonly find: (name: string, version: number, tenant: string) => Promise<AnyTask | undefined>;
  /** the shipped ones */
  readonly shipped: TaskRegistry;
  /** what a caller may name now: the version asked for, else the newest that serves */
  readonly named: (name: string, version: number | null | undefined, tenant: string) => Promise<Named>;
}

export interface CacheLimits {
  readonly entries: number;
  /** of the definitions as JSON: what is compiled of them takes some fifty times as much memory */
  readonly bytes: number;
}

const usualLimits: CacheLimits = { entries: 500, bytes: 1_048_576 };

/** Compiled versions, the ones used last. A version never changes, so what is in here is never out of date. */
const createCache = ({ entries, bytes }: CacheLimits) => {
  const known = new Map<string, { readonly task: AnyTask; readonly bytes: number }>();
  let held = 0;
  return {
    get: (key: string): AnyTask | undefined => {
      const found = known.get(key);
      if (found === undefined) return undefined;
      known.delete(key);
      known.set(key, found);
      return found.task;
    },
    set: (key: string, task: AnyTask, size: number): void => {
      if (known.has(key)) return;
      known.set(key, { task, bytes: size });
      held += size;
      for (const [oldest, one] of known) {
        if (known.size <= entries && held <= bytes) break;
        known.delete(oldest);
        held -= one.bytes;
      }
    },
  };
};

const describe = (name: string, version: number | null, standing: Standing): Exclude<Named, { kind: 'task' }> => {
  const { live, newest, asked, retired } = standing;
  const serves = live === null ? 'no version of it serves' : `version ${live} serves`;
  if (version !== null) {
    if (asked === 'retired') return { kind: 'retired', why: `${name}@${version} has been retired; ${serves}` };
    const state =
      asked === 'trial' ? 'is still being tried' : asked === 'refused' ? 'failed its trial' : 'does not exist';
    return { kind: 'unknown', why: `${name}@${version} ${state}; ${serves}`, wrong: 'version' };
  }
  return retired
    ? { kind: 'retired', why: `${name} has been retired` }
    : { kind: 'unknown', why: `${serves}: ${name}@${newest} has not passed its trial`, wrong: 'task' };
};

/** The shipped tasks for everyone, and to each tenant its own. A version is read and compiled when it is first needed. */
export const createTenantTasks = (
  shipped: TaskRegistry,
  definitions: DefinitionReader,
  limits: CacheLimits = usualLimits,
): TenantTasks => {
  const cache = createCache(limits);
  const find = async (name: string, version: number, tenant: string): Promise<AnyTask | undefined> => {
    if (shipped.find(name) !== undefined) return shipped.find(name, version);
    const key = `${tenant} ${name} ${version}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const definition = await definitions.definitionOf(tenant, name, version);
    if (definition === null) return undefined;
    const task = compileDefinition(name, version, definition.body);
    cache.set(key, task, definition.bytes);
    return task;
  };
  const named = async (name: string, asked: number | null | undefined, tenant: string): Promise<Named> => {
    const version = asked ?? null;
    if (shipped.find(name) !== undefined) {
      const task = shipped.find(name, version);
      if (task !== undefined) return { kind: 'task', task };
      return { kind: 'unknown', why: `there is no version ${version} of ${name}`, wrong: 'version' };
    }
    const standing = await definitions.standingOf(tenant, name, version);
    if (standing === null) return { kind: 'unknown', why: `there is no task ${name}`, wrong: 'task' };
    const serving = version === null ? standing.live : standing.asked === 'live' ? version : null;
    if (serving === null) return describe(name, version, standing);
    const task = await find(name, serving, tenant);
    if (task === undefined) throw new Error(`${name}@${serving} serves and is not kept`);
    return { kind: 'task', task };
  };
  return { shipped, find, named };
};
