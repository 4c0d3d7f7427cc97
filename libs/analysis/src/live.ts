import type { AnyTask, JobEvent } from '@winnow/contracts';
import { guardJson } from '@winnow/kernel';
import { createPartReader, type Part } from './policies/read-parts';

/** Tells of a call while it is under way. Best effort: the result is told by the end of the job, whatever became of this. */
export interface Live {
  /** a call begins; what comes of an earlier one no longer counts */
  readonly open: (task: AnyTask, schema: Readonly<Record<string, unknown>>, isAgain: boolean) => (text: string) => void;
  /** resolves once everything is written */
  readonly close: () => Promise<void>;
}

export interface LivePorts {
  readonly tell: (events: readonly JobEvent[]) => Promise<void>;
  readonly nowMs: () => number;
  /** runs the work after a while; returns how to call it off */
  readonly later: (ms: number, work: () => void) => () => void;
  readonly onFault: (error: unknown) => void;
}

const gatherMs = 100;
const gatherChars = 1_024;
const progressEveryMs = 500;
/** more are not kept of one job: the result has it all */
const mostEvents = 1_000;
const limits = { maxDepth: 32, maxMembers: 10_000, maxString: 100_000 } as const;
const begunPercent = 40;
const writtenPercent = 95;

type Token = JobEvent<'token'>['data'];
const tokenOf = (event: JobEvent | undefined): Token | null => (event?.kind === 'token' ? (event.data as Token) : null);

/** Gathers events, texts of one field as one, and writes them in order, one batch at a time. */
const createGatherer = (at: LivePorts) => {
  let waiting: JobEvent[] = [];
  let chars = 0;
  let told = 0;
  let writing: Promise<void> = Promise.resolve();
  let callOff: (() => void) | null = null;
  const flush = (): Promise<void> => {
    callOff?.();
    callOff = null;
    const events = waiting.slice(0, mostEvents - told);
    waiting = [];
    chars = 0;
    told += events.length;
    if (events.length > 0) writing = writing.then(() => at.tell(events)).catch(at.onFault);
    return writing;
  };
  const add = (event: JobEvent): void => {
    const before = tokenOf(waiting.at(-1));
    const now = tokenOf(event);
    if (before === null || now === null || before.path !== now.path) waiting.push(event);
    else waiting[waiting.length - 1] = { kind: 'token', data: { path: now.path, text: before.text + now.text } };
  };
  return {
    flush,
    add: (event: JobEvent): void => {
      add(event);
      chars += tokenOf(event)?.text.length ?? 0;
      if (chars >= gatherChars) void flush();
      else callOff ??= at.later(gatherMs, () => void flush());
    },
  };
};

interface Property {
  readonly type?: unknown;
  readonly enum?: unknown;
}

const propertiesOf = (schema: Readonly<Record<string, unknown>>): Record<string, Property> =>
  (schema['properties'] ?? {}) as Record<string, Property>;

/** Valid by the task's own schema, where that says what its members are. */
const isValid = (task: AnyTask, key: string, value: unknown): boolean => {
  const { shape } = task.output as { shape?: Record<string, { safeParse: (value: unknown) => { success: boolean } }> };
  return guardJson(value, limits).length === 0 && shape?.[key]?.safeParse(value).success === true;
};

export const createLive = (at: LivePorts): Live => {
  const gatherer = createGatherer(at);
  let calls = 0;
  const open: Live['open'] = (task, schema, isAgain) => {
    const call = (calls += 1);
    const properties = propertiesOf(schema);
    const total = Math.max(1, Object.keys(properties).length);
    const read = createPartReader((key) => properties[key]?.type === 'string' && properties[key].enum === undefined);
    let completed = 0;
    let lastMs = Number.NEGATIVE_INFINITY;
    const progress = (phase: string, restart: boolean): void => {
      if (!restart && at.nowMs() - lastMs < progressEveryMs) return;
      lastMs = at.nowMs();
      const percent = begunPercent + Math.floor(((writtenPercent - begunPercent) * Math.min(completed, total)) / total);
      gatherer.add({
        kind: 'progress',
        data: { percent, phase, completed, total, ...(restart && { restart: true as const }) },
      });
    };
    const tell = (part: Part): void => {
      const path = `/${part.key}`;
      if (part.kind === 'begun') progress(part.key, false);
      else if (part.kind === 'text') gatherer.add({ kind: 'token', data: { path, text: part.text } });
      else if (completed < total && isValid(task, part.key, part.value)) {
        completed += 1;
        gatherer.add({ kind: 'field', data: { path, value: part.value, phase: part.key } });
      }
    };
    if (isAgain) progress(task.content, true);
    return (text) => {
      // What an earlier call still says is not what this one says.
      if (call === calls) read(text).forEach(tell);
    };
  };
  return { open, close: gatherer.flush };
};
