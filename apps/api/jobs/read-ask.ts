import type { TaskRegistry, TenantTasks } from '@winnow/analysis';
import { defaultFloor, Refusal, type AnyTask, type FieldFault, type JobIn } from '@winnow/contracts';
import { canonicalJson, parseDuration, parseUsd, sha256Hex, type Nano } from '@winnow/kernel';
import type { KeyRecord } from '@winnow/storage';
import type { Caller } from '../auth/caller';
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

type Tasks = Pick<TenantTasks, 'named' | 'shipped'>;

export const mostInputBytes = 262_144;

const inputFaults = (task: AnyTask, input: unknown): FieldFault[] => {
  const parsed = task.input.safeParse(input);
  return parsed.success ? [] : faultsOf(parsed.error.issues, input, ['input']);
};

/** What is wrong with the input of a body whose other fields are wrong too, where its task is one that all tenants have. */
export const furtherJobFaults =
  (tasks: Pick<TaskRegistry, 'find'>): FurtherFaults =>
  (body) => {
    const {
      task: name,
      version,
      input,
    } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const task = typeof name === 'string' ? tasks.find(name, typeof version === 'number' ? version : null) : undefined;
    return task === undefined || typeof input !== 'object' || input === null ? [] : inputFaults(task, input);
  };

/** The task that a caller names: a shipped one, or one of the tenant's own that serves. */
export const taskOf = async (
  { named, shipped }: Tasks,
  { task: name, version }: Pick<JobIn, 'task' | 'version'>,
  tenant: string,
): Promise<AnyTask> => {
  const found = await named(name, version, tenant);
  if (found.kind === 'task') return found.task;
  if (found.kind === 'retired')
    throw new Refusal('task-retired', found.why, {
      errors: [
        {
          pointer: version === null || version === undefined ? '/task' : '/version',
          code: 'retired',
          detail: found.why,
        },
      ],
    });
  const known = shipped.all().map((one) => `${one.name}@${one.version}`);
  throw new Refusal('task-unknown', `${found.why}; every tenant has ${known.join(', ')}`, {
    known,
    errors: [{ pointer: `/${found.wrong}`, code: 'not-allowed', detail: found.why }],
  });
};

export const readInput = (
  task: Pick<AnyTask, 'input'>,
  given: unknown,
): Pick<Ask, 'input' | 'inputBytes' | 'inputHash'> => {
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

export const readAsk = async (
  tasks: Tasks,
  body: JobIn,
  { tenant, key }: Pick<Caller, 'tenant' | 'key'>,
): Promise<Ask> => {
  const task = await taskOf(tasks, body, tenant);
  const { quality = defaultFloor, maxCost, deadline = task.deadline } = body.terms ?? {};
  const deadlineMs = parseDuration(deadline);
  if (deadlineMs === null) throw new Error(`the deadline ${deadline} has passed its schema and cannot be read`);
  return { task, ...readInput(task, body.input), floor: quality, deadline, deadlineMs, cap: capOf(maxCost, key) };
};
