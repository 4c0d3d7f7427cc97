import type { TaskRegistry } from '@winnow/analysis';
import { defaultFloor, Refusal, type AnyTask, type FieldFault, type JobIn } from '@winnow/contracts';
import { canonicalJson, parseDuration, parseUsd, sha256Hex, type Nano } from '@winnow/kernel';
import type { KeyRecord } from '@winnow/storage';
import { faultsOf } from '../http/field-faults';
import { refuseBody, type FurtherFaults } from '../http/schema.pipe';

/** A body that has passed its schema, read against its task and its key. */
export interface Ask {
  readonly task: AnyTask;
  readonly input: unknown;
  readonly inputBytes: number;
  readonly inputHash: string;
  readonly floor: number;
  readonly deadline: string;
  readonly deadlineMs: number;
  readonly cap: Nano;
}

type Tasks = Pick<TaskRegistry, 'find' | 'all'>;

export const mostInputBytes = 262_144;

const inputFaults = (task: AnyTask, input: unknown): FieldFault[] => {
  const parsed = task.input.safeParse(input);
  return parsed.success ? [] : faultsOf(parsed.error.issues, input, ['input']);
};

/** What is wrong with the input of a body whose other fields are wrong too. */
export const furtherJobFaults =
  (tasks: Tasks): FurtherFaults =>
  (body) => {
    const {
      task: name,
      version,
      input,
    } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const task = typeof name === 'string' ? tasks.find(name, typeof version === 'number' ? version : null) : undefined;
    return task === undefined || typeof input !== 'object' || input === null ? [] : inputFaults(task, input);
  };

export const taskOf = (tasks: Tasks, { task: name, version }: Pick<JobIn, 'task' | 'version'>): AnyTask => {
  const task = tasks.find(name, version);
  if (task !== undefined) return task;
  const known = tasks.all().map((one) => `${one.name}@${one.version}`);
  const asked = `${name}${version === null || version === undefined ? '' : `@${version}`}`;
  const other = tasks.find(name) !== undefined;
  throw new Refusal('task-unknown', `there is no task ${asked}; there are ${known.join(', ')}`, {
    known,
    errors: [{ pointer: other ? '/version' : '/task', code: 'not-allowed', detail: `one of ${known.join(', ')}` }],
  });
};

const readInput = (task: AnyTask, given: unknown): Pick<Ask, 'input' | 'inputBytes' | 'inputHash'> => {
  const parsed = task.input.safeParse(given);
  if (!parsed.success) throw refuseBody(faultsOf(parsed.error.issues, given, ['input']));
  const canonical = canonicalJson(parsed.data);
  const inputBytes = Buffer.byteLength(canonical);
  if (inputBytes > mostInputBytes)
    throw refuseBody([
      { pointer: '/input', code: 'too-long', detail: `at most ${mostInputBytes} bytes as canonical JSON` },
    ]);
  return { input: parsed.data, inputBytes, inputHash: sha256Hex(canonical) };
};

export const capOf = (asked: string | undefined, { maxCost, requestCap }: KeyRecord): Nano => {
  if (asked === undefined) return maxCost !== null && maxCost < requestCap ? maxCost : requestCap;
  const cap = parseUsd(asked);
  if (maxCost !== null && cap > maxCost)
    throw new Refusal('key-limited', 'terms.maxCost is over what this API key may spend on a request', {
      limit: 'maxCost',
    });
  return cap;
};

export const readAsk = (tasks: Tasks, body: JobIn, key: KeyRecord): Ask => {
  const task = taskOf(tasks, body);
  const { quality = defaultFloor, maxCost, deadline = task.deadline } = body.terms ?? {};
  const deadlineMs = parseDuration(deadline);
  if (deadlineMs === null) throw new Error(`the deadline ${deadline} has passed its schema and cannot be read`);
  return { task, ...readInput(task, body.input), floor: quality, deadline, deadlineMs, cap: capOf(maxCost, key) };
};
