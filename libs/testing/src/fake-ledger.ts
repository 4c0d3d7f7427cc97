import type { Closing, HoldVerdict, Ledger } from '@winnow/analysis';
import { minNano, type Nano } from '@winnow/kernel';
import { assertStorable, type FakeAttempt, type FakeJob, type FakeRows, type FakeScope } from './fake-rows';

export interface FakeLedger extends Ledger {
  /** what the keeper does with holds that nobody closed: unsent is released, sent counts as billed */
  readonly reap: () => void;
}

const fits = ({ cap, spent, held, over }: FakeScope, nanos: Nano): boolean => spent + held + over + nanos <= cap;

const assertKept = ({ cap, spent, held, over }: FakeScope): void => {
  if (spent < 0n || held < 0n || over < 0n || spent + held > cap)
    throw new Error(`a scope is broken: ${spent} spent, ${held} held, ${over} over a cap of ${cap}`);
};

const billOf = ({ kind, nanos }: Pick<Closing, 'kind' | 'nanos'>, held: Nano): Nano =>
  kind === 'settled' ? nanos : kind === 'unknown' ? held : 0n;

const book = (scope: FakeScope, held: Nano, bill: Nano): void => {
  scope.held -= held;
  scope.spent += minNano(bill, held);
  scope.over += bill > held ? bill - held : 0n;
  assertKept(scope);
};

const close = (rows: FakeRows, attempt: FakeAttempt, closing: Pick<Closing, 'kind' | 'nanos'>): void => {
  const { nanos, job } = attempt.request;
  attempt.state = closing.kind;
  attempt.actual = billOf(closing, nanos);
  for (const scope of [rows.jobs.get(job.id) as FakeJob, rows.day]) book(scope, nanos, attempt.actual);
};

/** Closes a hold once; what comes later changes nothing. */
export const closeFakeHold = (rows: FakeRows, closing: Closing): void => {
  assertStorable(closing);
  const attempt = rows.attempts.get(closing.attempt);
  if (attempt === undefined) throw new Error(`no hold ${closing.attempt}`);
  if (attempt.state !== 'held') return;
  attempt.closing = closing;
  close(rows, attempt, closing);
};

/** The ledger's rules in memory: admission in every scope or in none, the last gate before a send, each hold closed once. */
export const createFakeLedger = (rows: FakeRows): FakeLedger => {
  const { day } = rows;
  const refusal = (job: FakeJob | undefined, fence: number, nanos: Nano): HoldVerdict | null => {
    if (job === undefined || job.fence !== fence || job.state !== 'running') return { kind: 'lost' };
    if (!fits(job, nanos)) return { kind: 'over-cap' };
    return fits(day, nanos) ? null : { kind: 'over-budget', scope: 'tenant-day:', resetsAt: day.resetsAt };
  };
  return {
    openHold: async (request) => {
      assertStorable(request);
      const job = rows.jobs.get(request.job.id);
      const refused = refusal(job, request.job.fence, request.nanos);
      if (refused !== null || job === undefined) return refused ?? { kind: 'lost' };
      job.attempts += 1;
      for (const scope of [job, day]) scope.held += request.nanos;
      rows.attempts.set(request.attempt, {
        n: job.attempts,
        request,
        sentAt: request.sends ? rows.now() : null,
        state: 'held',
        actual: null,
        closing: null,
      });
      return { kind: 'granted', n: job.attempts, ...(request.sends && { sentAt: rows.now() }) };
    },
    markSent: async (id) => {
      const attempt = rows.attempts.get(id);
      const job = attempt && rows.jobs.get(attempt.request.job.id);
      if (attempt?.state !== 'held' || attempt.sentAt !== null) return null;
      if (job?.fence !== attempt.request.job.fence || job.state !== 'running') return null;
      attempt.sentAt = rows.now();
      return attempt.sentAt;
    },
    closeHold: async (closing) => closeFakeHold(rows, closing),
    reap: () => {
      for (const attempt of rows.attempts.values())
        if (attempt.state === 'held')
          close(rows, attempt, { kind: attempt.sentAt === null ? 'released' : 'unknown', nanos: 0n });
    },
  };
};
