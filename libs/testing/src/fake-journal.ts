import type { AttemptRecord, Journal, Move, MoveVerdict } from '@winnow/analysis';
import { closeFakeHold } from './fake-ledger';
import { assertStorable, type FakeAttempt, type FakeJob, type FakeRows } from './fake-rows';

const terminal = new Set(['succeeded', 'failed', 'canceled', 'aborted']);

const recordOf = ({ n, request, sentAt, state, actual, closing }: FakeAttempt): AttemptRecord => ({
  id: request.attempt,
  n,
  provider: request.rung.provider,
  model: request.rung.model,
  modelResolved: closing?.modelResolved ?? null,
  lane: request.lane,
  priceId: request.rung.price.id,
  price: request.rung.price,
  state,
  outcome: closing?.outcome ?? null,
  held: request.nanos,
  actual,
  tokens: closing?.tokens ?? null,
  estimated: closing?.estimated ?? false,
  answer: closing?.answer ?? null,
  sentAt,
  ms: closing?.ms ?? null,
  purpose: closing?.outcome.startsWith('audit') ? 'audit' : 'answer',
  score: null,
  signs: null,
});

const judge = (job: FakeJob | undefined, move: Move): MoveVerdict => {
  if (job === undefined || (move.fence !== null && move.fence !== job.fence)) return 'lost';
  if (!move.from.includes(job.state)) return job.state === 'canceling' ? 'canceling' : 'lost';
  return move.booked !== undefined && move.booked !== job.spent + job.over ? 'rebook' : 'moved';
};

const apply = (job: FakeJob, move: Move): void => {
  job.fence += move.fence === null ? 1 : 0;
  job.state = move.state;
  job.result = move.result ?? job.result;
  job.error = move.error ?? job.error;
  job.parkedUntil = move.parked?.until;
  job.receipt = move.receipt?.body ?? job.receipt;
  job.events.push(...move.events);
  job.moves.push(move);
};

/** The rules of moving a job on, in memory: fences, states that it may leave, money that moved meanwhile, and ends that stay. */
export const createFakeJournal = (rows: FakeRows): Journal => ({
  move: async (move) => {
    assertStorable(move);
    if (move.closing !== undefined) closeFakeHold(rows, move.closing);
    const job = rows.jobs.get(move.job);
    const verdict = judge(job, move);
    if (job === undefined || verdict !== 'moved') return verdict;
    if (terminal.has(job.state)) throw new Error(`job ${job.id} is ${job.state} and never changes`);
    apply(job, move);
    return verdict;
  },
  tell: async ({ id, fence }, events) => {
    const job = rows.jobs.get(id);
    if (job?.fence === fence && (job.state === 'running' || job.state === 'canceling')) job.events.push(...events);
  },
  attemptsOf: async (id) =>
    [...rows.attempts.values()]
      .filter(({ request }) => request.job.id === id)
      .toSorted((a, b) => a.n - b.n)
      .map(recordOf),
  stands: async ({ id, fence }) => {
    const job = rows.jobs.get(id);
    return job?.state === 'running' && job.fence === fence;
  },
});
