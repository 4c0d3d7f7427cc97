import { compileDefinition } from '@winnow/analysis';
import { defaultFloor, queueOfPath, Refusal, type AnyTask, type FieldFault, type TaskIn } from '@winnow/contracts';
import { canonicalJson, printUsd, sha256Hex, uuidv7 } from '@winnow/kernel';
import type { Acceptance, NewTask, TaskRow } from '@winnow/storage';
import type { Caller } from '../auth/caller';
import { refuseBody } from '../http/schema.pipe';
import type { Backlog } from '../jobs/backlog';
import type { BudgetCheck } from '../jobs/check-budget';
import { countCheapest, type CostPorts } from '../jobs/check-cost';
import { capOf, readInput } from '../jobs/read-ask';
import type { ApiPorts } from '../ports';
import { pooledRandom } from '../random-pool';
import { faultsOfTask } from './faults-of-task';
import { samplesOf, type Sample } from './samples-of';

export interface MakeTaskPorts extends Pick<
  ApiPorts,
  'tasks' | 'taskStore' | 'catalogue' | 'findReplay' | 'nudge' | 'tally'
> {
  readonly backlog: Backlog;
  readonly checkBudget: BudgetCheck;
  readonly cost: CostPorts;
}

export interface TaskSubmission {
  readonly caller: Caller;
  readonly body: TaskIn;
  readonly idempotencyKey: string | undefined;
}

export interface MadeTask {
  readonly row: TaskRow;
  /** an earlier request with the same key has made it */
  readonly replayed: boolean;
}

type Key = NonNullable<NewTask['idempotency']>;

const route = 'POST /api/v1/tasks';
const lockNotHad = '55P03';
const trialDeadline = { deadline: '1h', deadlineMs: 3_600_000 };

const keyOf = ({ idempotencyKey: key, body }: TaskSubmission): Key | null =>
  key === undefined ? null : { route, key, print: sha256Hex(canonicalJson(body)) };

const inUse = (): Refusal =>
  new Refusal('idempotency-key-in-use', 'the first request with this key has not ended', {}, { 'retry-after': '1' });

const replayOf = async (at: MakeTaskPorts, { caller }: TaskSubmission, ref: string, print: string, key: Key) => {
  if (print !== key.print)
    throw new Refusal('idempotency-key-reused', 'this Idempotency-Key was used for another definition');
  const row = await at.taskStore.getById(caller.tenant, ref);
  if (row === null) throw new Error(`the task ${ref} of an Idempotency-Key is not kept`);
  return { row, replayed: true };
};

/** Each sample has to fit under the cap of a request: its trial could otherwise only fail. */
const faultsOfCost = async (at: MakeTaskPorts, task: AnyTask, samples: readonly Sample[], cap: bigint) => {
  const faults: FieldFault[] = [];
  for (const { input, inputAt } of samples) {
    const cheapest = await countCheapest(at.cost, { task, ...readInput(task, input), cap });
    const detail = `its cheapest call may cost $${printUsd(cheapest)}, over the cap of $${printUsd(cap)} of a request: less maxTokens, a shorter prompt, or another tier`;
    if (cheapest > cap) faults.push({ pointer: `/${inputAt.join('/')}`, code: 'too-large', detail });
  }
  return faults;
};

interface Tried extends Sample {
  readonly job: string;
}

const jobsOf =
  ({ caller, body }: TaskSubmission, task: AnyTask, samples: readonly Tried[], cap: bigint) =>
  (version: number): Acceptance[] =>
    samples.map(({ job, input: given }, i) => {
      const { input, inputHash } = readInput(task, given);
      return {
        id: job,
        tenantId: caller.tenant,
        task: body.name,
        version,
        input,
        inputHash,
        floor: defaultFloor,
        ...trialDeadline,
        avoid: [],
        priority: 0,
        whenOver: 'park',
        strict: false,
        endUser: null,
        keyId: caller.key.id,
        metadata: { 'winnow.trial': `${body.name}@${version}`, 'winnow.sample': String(i + 1) },
        cap,
        queue: queueOfPath.intake,
        idempotency: null,
      };
    });

const store = async (at: MakeTaskPorts, submission: TaskSubmission, task: NewTask): Promise<MadeTask> => {
  const { caller, body } = submission;
  const places = await Promise.all(task.samples.map(() => at.backlog.enter()));
  try {
    const made = await at.taskStore.make(task).catch((error: { code?: unknown }) => {
      throw task.idempotency !== null && error.code === lockNotHad ? inUse() : error;
    });
    if (made.kind === 'replayed') return await replayOf(at, submission, made.ref, made.print, task.idempotency as Key);
    if (made.kind === 'full')
      throw refuseBody([
        { pointer: '/name', code: 'too-many', detail: `a tenant has at most ${made.most} ${made.of} of its own` },
      ]);
    for (const place of places) place.taken();
    const row = await at.taskStore.getById(caller.tenant, task.id);
    if (row === null) throw new Error(`${body.name}@${made.version} was made and is not kept`);
    return { row, replayed: false };
  } finally {
    for (const place of places) place.given();
  }
};

/** Keeps a version and sets its trial going. It serves once every sample has been answered well; until then the version before it does. */
export const makeTask = async (at: MakeTaskPorts, submission: TaskSubmission): Promise<MadeTask> => {
  const { caller, body } = submission;
  const key = keyOf(submission);
  const earlier = key === null ? null : await at.findReplay(caller.tenant, route, key.key);
  if (earlier !== null && key !== null) return replayOf(at, submission, earlier.ref, earlier.print, key);
  const faults = faultsOfTask({ shipped: at.tasks.shipped, catalogue: at.catalogue }, body);
  if (faults.length > 0) throw refuseBody(faults);
  const { name, samples: _, ...definition } = body;
  const task = compileDefinition(name, 1, definition);
  const cap = capOf(undefined, caller.key);
  const samples = samplesOf(body).map((sample): Tried => ({ ...sample, job: uuidv7(new Date(), pooledRandom) }));
  const dear = await faultsOfCost(at, task, samples, cap);
  if (dear.length > 0) throw refuseBody(dear);
  await at.checkBudget({ tenant: caller.tenant, endUser: null, whenOver: 'park', cheapest: async () => cap });
  const made = await store(at, submission, {
    id: uuidv7(new Date(), pooledRandom),
    tenantId: caller.tenant,
    name,
    body: definition,
    samples,
    jobsOf: jobsOf(submission, task, samples, cap),
    idempotency: key,
  });
  if (made.replayed) return made;
  at.nudge();
  for (let n = 0; n < samples.length; n += 1) at.tally.accepted('own');
  return made;
};
