import { setTimeout as sleep } from 'node:timers/promises';
import {
  isTerminal,
  queueOfPath,
  Refusal,
  type AnyTask,
  type ContentKind,
  type JobIn,
  type JobOut,
} from '@winnow/contracts';
import { canonicalJson, decodeId, encodeId, sha256Hex, uuidv7 } from '@winnow/kernel';
import type { Acceptance, JobRow, Replay } from '@winnow/storage';
import type { Caller } from '../auth/caller';
import { refuseBody } from '../http/schema.pipe';
import type { Reply } from '../http/send';
import type { ApiPorts } from '../ports';
import { pooledRandom } from '../random-pool';
import { acceptedRow } from './accepted-row';
import type { Backlog } from './backlog';
import type { BudgetCheck } from './check-budget';
import { checkCost, countCheapest, type CostPorts } from './check-cost';
import { findJob } from './find-job';
import { presentJob, type Presenting } from './present-job';
import { readAsk, type Ask } from './read-ask';
import { longestNowMs, type Slot } from './run-now';
import { waitForJob } from './wait-for-job';

export interface SubmitPorts extends Pick<
  ApiPorts,
  'accepts' | 'jobs' | 'quotes' | 'tasks' | 'findReplay' | 'wakes' | 'nudge' | 'tally' | 'stopping' | 'runNow'
> {
  readonly presenting: Presenting;
  readonly backlog: Backlog;
  readonly cost: CostPorts;
  readonly checkBudget: BudgetCheck;
}

export interface Submission {
  readonly caller: Caller;
  readonly body: JobIn;
  readonly idempotencyKey: string | undefined;
  readonly waitS: number | null;
  /** the caller reads the job's events as they happen */
  readonly isFollowed: boolean;
  /** the caller has hung up: the job goes on, the wait ends */
  readonly gone: AbortSignal;
}

const route = 'POST /api/v1/jobs';
const priorities = { low: -1, normal: 0, high: 1 } as const;
const lookAgainS = '2';

type Key = NonNullable<Acceptance['idempotency']>;

const keyOf = ({ idempotencyKey, body }: Submission): Key | null =>
  idempotencyKey === undefined ? null : { route, key: idempotencyKey, print: sha256Hex(canonicalJson(body)) };

const acceptanceOf = (
  { caller, body }: Submission,
  ask: Ask,
  idempotency: Key | null,
  slot: Slot | null,
): Acceptance => ({
  id: uuidv7(new Date(), pooledRandom),
  tenantId: caller.tenant,
  task: ask.task.name,
  version: ask.task.version,
  input: ask.input,
  inputHash: ask.inputHash,
  floor: ask.floor,
  deadline: ask.deadline,
  deadlineMs: ask.deadlineMs,
  avoid: body.avoid ?? [],
  priority: priorities[body.priority ?? 'normal'],
  whenOver: body.whenOver ?? 'park',
  strict: body.terms?.strict ?? false,
  endUser: body.user ?? null,
  keyId: caller.key.id,
  quoteId: body.quote === undefined ? null : decodeId('quote', body.quote),
  metadata: body.metadata ?? {},
  cap: ask.cap,
  queue: queueOfPath.intake,
  ...(slot !== null && { claim: slot.claim }),
  idempotency,
});

/** A job that was stored, with its row where no second look at it is needed, or the job that an earlier request stored. */
interface Taken {
  readonly kind: 'accepted';
  readonly id: string;
  readonly row?: JobRow;
  /** it runs here; resolves when this process is done with it */
  readonly run?: Promise<void>;
}
type Stored = Taken | ({ readonly kind: 'replayed' } & Replay);

/** Who waits for an answer that is due within a minute is spared the queue. */
const wantsNow = ({ body, waitS, isFollowed }: Submission, { deadlineMs }: Ask): boolean =>
  body.terms?.deadline !== undefined && deadlineMs <= longestNowMs && (waitS !== null || isFollowed);

/** Null for a shipped task, whose kind of content is known by its name. */
const ownContent = ({ tasks }: SubmitPorts, { name, content }: AnyTask): ContentKind | null =>
  tasks.shipped.find(name) === undefined ? content : null;

/** What tenants call their tasks is nobody else's to read, and would make series without end. */
const labelOf = ({ tasks }: SubmitPorts, name: string): string => tasks.shipped.find(name)?.name ?? 'own';

const write = async (
  at: SubmitPorts,
  { isFollowed }: Submission,
  acceptance: Acceptance,
  slot: Slot | null,
  task: AnyTask,
): Promise<Stored> => {
  const accepted = await at.accepts.accept(acceptance);
  if (accepted.kind === 'replayed') return accepted;
  const { id, times, claimed } = accepted;
  if (slot !== null && claimed !== undefined) return { kind: 'accepted', id, run: slot.run(claimed, isFollowed) };
  return times === undefined
    ? accepted
    : { kind: 'accepted', id, row: acceptedRow(acceptance, times, ownContent(at, task)) };
};

/** A forecast is judged by the jobs it was made for: of this tenant and task, while it stands. */
const checkQuote = async ({ quotes }: SubmitPorts, { caller, body }: Submission, { task }: Ask): Promise<void> => {
  if (body.quote === undefined) return;
  const id = decodeId('quote', body.quote);
  if (id !== null && (await quotes.stands(caller.tenant, id, task.name))) return;
  throw refuseBody([{ pointer: '/quote', code: 'not-allowed', detail: `no quote of ${task.name} that still stands` }]);
};

const store = async (at: SubmitPorts, submission: Submission, key: Key | null): Promise<Stored> => {
  const ask = await readAsk(at.tasks, submission.body, submission.caller);
  await checkCost(at.cost, ask);
  await checkQuote(at, submission, ask);
  await at.checkBudget({
    tenant: submission.caller.tenant,
    endUser: submission.body.user ?? null,
    whenOver: submission.body.whenOver ?? 'park',
    cheapest: () => countCheapest(at.cost, ask),
  });
  const place = await at.backlog.enter();
  const slot = wantsNow(submission, ask) ? at.runNow.take() : null;
  let stored: Stored | undefined;
  try {
    stored = await write(at, submission, acceptanceOf(submission, ask, key, slot), slot, ask.task);
    // What runs here does not wait in the queue.
    if (stored.kind === 'accepted' && stored.run === undefined) place.taken();
    return stored;
  } finally {
    place.given();
    if (stored?.kind !== 'accepted') slot?.free();
  }
};

const lockNotHad = '55P03';

/** A repeat gets what its first got, also where the same body would be turned away today: over the backlog, at another price. */
const storeOrReplay = async (at: SubmitPorts, submission: Submission, key: Key | null): Promise<Stored> => {
  try {
    return await store(at, submission, key);
  } catch (error) {
    if (key === null) throw error;
    if ((error as { code?: unknown }).code === lockNotHad)
      throw new Refusal(
        'idempotency-key-in-use',
        'the first request with this key has not ended',
        {},
        { 'retry-after': '1' },
      );
    const replay = error instanceof Refusal ? await at.findReplay(submission.caller.tenant, key.route, key.key) : null;
    if (replay === null) throw error;
    return { kind: 'replayed', ...replay };
  }
};

const checkPrint = ({ ref, print }: Replay, key: Key | null): void => {
  if (print === key?.print) return;
  throw new Refusal('idempotency-key-reused', 'this Idempotency-Key was used for another body', {
    job: encodeId('job', ref),
  });
};

const replyOf = (job: JobOut, headers: Record<string, string>): Reply => ({
  status: job.done ? 200 : 202,
  headers: { location: job.urls.self, ...(job.done ? {} : { 'retry-after': lookAgainS }), ...headers },
  body: job,
});

const rowOf = (
  at: SubmitPorts,
  { caller, waitS, gone }: Submission,
  uuid: string,
  written?: JobRow,
): Promise<JobRow> => {
  const get = (): Promise<JobRow> => findJob(at.jobs, caller.tenant, uuid);
  if (waitS === null) return written === undefined ? get() : Promise.resolve(written);
  const isEnough = ({ state }: JobRow): boolean => isTerminal(state);
  return waitForJob({ wakes: at.wakes, get, isEnough, stopping: at.stopping }, uuid, waitS * 1000, gone);
};

/** The row once this process is done with it. Parked or sent back to the queue it is no end, but nothing more will come of it at once. */
const rowOfRun = async (at: SubmitPorts, submission: Submission, id: string, run: Promise<void>): Promise<JobRow> => {
  const { caller, waitS, gone } = submission;
  const began = performance.now();
  const waitMs = (waitS ?? 0) * 1_000;
  const over = new AbortController();
  const signal = AbortSignal.any([gone, over.signal]);
  await Promise.race([run, sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined)]);
  over.abort();
  const row = await findJob(at.jobs, caller.tenant, id);
  const leftS = Math.floor((waitMs - (performance.now() - began)) / 1_000);
  if (row.state !== 'queued' || leftS < 1) return row;
  return rowOf(at, { ...submission, waitS: leftS }, id);
};

const headersOf = ({ waitS }: Submission, { kind }: Stored): Record<string, string> => ({
  ...(kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {}),
  ...(waitS === null ? {} : { 'preference-applied': `wait=${waitS}` }),
});

/** Takes a job: from here on no status of HTTP tells its fate. */
const take = async (at: SubmitPorts, submission: Submission): Promise<Stored> => {
  const key = keyOf(submission);
  const stored = await storeOrReplay(at, submission, key);
  if (stored.kind === 'replayed') {
    checkPrint(stored, key);
    return stored;
  }
  if (stored.run === undefined) at.nudge();
  at.tally.accepted(labelOf(at, submission.body.task));
  return stored;
};

export const submitJob = async (at: SubmitPorts, submission: Submission): Promise<Reply> => {
  const stored = await take(at, submission);
  const row =
    stored.kind === 'replayed'
      ? await rowOf(at, submission, stored.ref)
      : stored.run === undefined
        ? await rowOf(at, submission, stored.id, stored.row)
        : await rowOfRun(at, submission, stored.id, stored.run);
  return replyOf(presentJob(at.presenting, row), headersOf(submission, stored));
};

/** Takes a job whose events the caller reads; hands over which one. */
export const submitFollowed = async (at: SubmitPorts, submission: Submission): Promise<string> => {
  const stored = await take(at, submission);
  return stored.kind === 'replayed' ? stored.ref : stored.id;
};
