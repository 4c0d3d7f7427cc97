import type { AttemptRecord, ClaimedJob, Closing, HoldRequest, Move } from '@winnow/analysis';
import type { JobEvent, JobState, ReceiptBody } from '@winnow/contracts';
import { guardJson, type Nano } from '@winnow/kernel';

/** A scope of money: what may be spent in it, and what is. */
export interface FakeScope {
  cap: Nano;
  spent: Nano;
  held: Nano;
  over: Nano;
}

export interface FakeJob extends FakeScope {
  readonly id: string;
  fence: number;
  state: JobState;
  attempts: number;
  result?: unknown;
  error?: Move['error'];
  parkedUntil?: Date;
  receipt?: ReceiptBody;
  readonly events: JobEvent[];
  readonly moves: Move[];
}

export interface FakeAttempt {
  readonly n: number;
  readonly request: HoldRequest;
  sentAt: Date | null;
  state: AttemptRecord['state'];
  actual: Nano | null;
  closing: Closing | null;
}

/** The rows that a ledger and a journal share. A test reads them, and moves them as another process would. */
export interface FakeRows {
  readonly jobs: Map<string, FakeJob>;
  readonly attempts: Map<string, FakeAttempt>;
  readonly day: FakeScope & { resetsAt: Date };
  readonly now: () => Date;
  readonly addJob: (job: ClaimedJob, state?: JobState) => FakeJob;
}

const empty = { spent: 0n, held: 0n, over: 0n };

export const createFakeRows = (now: () => Date, dayCap: Nano = 2_000_000_000n): FakeRows => {
  const jobs = new Map<string, FakeJob>();
  return {
    jobs,
    attempts: new Map(),
    day: { ...empty, cap: dayCap, resetsAt: new Date('2026-11-22T00:00:00Z') },
    now,
    addJob: ({ id, cap, fence, state, attempts }, started) => {
      const job: FakeJob = { ...empty, id, cap, fence, state: started ?? state, attempts, events: [], moves: [] };
      jobs.set(id, job);
      return job;
    },
  };
};

/** Postgres refuses some text that JavaScript takes, and the whole statement with it. */
export const assertStorable = (value: unknown): void => {
  const plain: unknown = JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one)) ?? 'null',
  );
  const faults = guardJson(plain, { maxDepth: 60, maxMembers: 1_000_000, maxString: 10_000_000 });
  if (faults[0] !== undefined) throw new Error(`invalid input syntax for type json: ${faults[0].detail}`);
};
