import type { TenantTasks } from '@winnow/analysis';
import { isTerminal, type JobOut } from '@winnow/contracts';
import { encodeId, printUsd } from '@winnow/kernel';
import type { JobRow } from '@winnow/storage';

export interface Presenting {
  readonly tasks: Pick<TenantTasks, 'shipped'>;
  readonly now: () => Date;
  readonly publicUrl?: string;
}

const timeOf = (at: Date | null): string | null => at?.toISOString() ?? null;

/** How far a job of one item has come: its steps are accepted, planned, sent, done. */
const percentOf = ({ state, path_seen }: { state: JobRow['state']; path_seen: boolean }): number => {
  if (isTerminal(state)) return 100;
  if (state === 'running' || state === 'canceling') return 40;
  return path_seen ? 10 : 0;
};

const progressOf = ({ tasks }: Presenting, row: JobRow): JobOut['progress'] => ({
  percent: percentOf({ state: row.state, path_seen: row.stage !== null }),
  phase: row.content ?? tasks.shipped.find(row.task, row.version)?.content ?? 'text',
  completed: row.state === 'succeeded' ? 1 : 0,
  total: 1,
});

const isLate = (row: JobRow, now: Date): boolean => row.started_at !== null && (row.ended_at ?? now) > row.deadline_at;

const jobPath = (id: string): string => `/api/v1/jobs/${id}`;

export const presentJob = (at: Presenting, row: JobRow): JobOut => {
  const id = encodeId('job', row.id);
  const self = `${at.publicUrl ?? ''}${jobPath(id)}`;
  const cap = printUsd(row.cap);
  const account = row.receipt_body;
  return {
    object: 'job',
    id,
    batch: row.batch_id && encodeId('batch', row.batch_id),
    row: row.row_number,
    task: row.task,
    version: row.version,
    state: row.state,
    stage: row.stage,
    lane: row.lane,
    done: isTerminal(row.state),
    late: isLate(row, at.now()),
    progress: progressOf(at, row),
    terms: { quality: row.floor, maxCost: cap, deadline: row.deadline, strict: row.strict },
    createdAt: row.created_at.toISOString(),
    startedAt: timeOf(row.started_at),
    endedAt: timeOf(row.ended_at),
    deadlineAt: row.deadline_at.toISOString(),
    parkedUntil: timeOf(row.parked_until),
    cost: {
      cap,
      held: printUsd(row.held),
      spent: printUsd(row.spent + row.over),
      baseline: account?.baseline.cost ?? null,
      saved: account?.saved ?? null,
    },
    model: row.model,
    tier: row.tier,
    attempts: row.attempts,
    redeliveries: row.deaths,
    joinedTo: row.joined_to && encodeId('job', row.joined_to),
    retryOf: row.retry_of && encodeId('job', row.retry_of),
    quality: { score: row.score, floor: row.floor, met: account?.quality.met ?? null },
    result: row.result ?? null,
    error: row.error,
    receipt: row.receipt_id && encodeId('rcpt', row.receipt_id),
    urls: { self, cancel: `${self}/cancel`, events: `${self}/events`, receipt: `${self}/receipt` },
    user: row.end_user,
    metadata: row.metadata,
  };
};
