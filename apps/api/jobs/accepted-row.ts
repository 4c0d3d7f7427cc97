import type { ContentKind } from '@winnow/contracts';
import type { Acceptance, JobRow } from '@winnow/storage';

/** When a job was taken and when it is due, by the clock of the database. */
export interface AcceptedTimes {
  readonly createdAt: Date;
  readonly deadlineAt: Date;
}

/** The row that was just written, as a look at it would find it: most callers see a job first in the answer that takes it. */
export const acceptedRow = (
  acceptance: Acceptance,
  { createdAt, deadlineAt }: AcceptedTimes,
  content: ContentKind | null,
): JobRow => ({
  id: acceptance.id,
  batch_id: null,
  row_number: null,
  task: acceptance.task,
  version: acceptance.version,
  content,
  state: 'queued',
  stage: null,
  lane: null,
  tier: null,
  model: null,
  floor: acceptance.floor,
  deadline: acceptance.deadline,
  strict: acceptance.strict,
  end_user: acceptance.endUser,
  metadata: { ...acceptance.metadata },
  created_at: createdAt,
  started_at: null,
  ended_at: null,
  deadline_at: deadlineAt,
  parked_until: null,
  cap: acceptance.cap,
  held: 0n,
  spent: 0n,
  over: 0n,
  attempts: 0,
  deaths: 0,
  events: 1,
  joined_to: null,
  retry_of: null,
  score: null,
  result: null,
  error: null,
  receipt_id: null,
  receipt_body: null,
});
