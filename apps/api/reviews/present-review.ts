import type { ReviewOut } from '@winnow/contracts';
import { encodeId } from '@winnow/kernel';
import type { ReviewRow } from '@winnow/storage';

export const presentReview = (row: ReviewRow): ReviewOut => ({
  object: 'review',
  id: encodeId('rev', row.job_id),
  job: encodeId('job', row.job_id),
  task: row.task,
  version: row.version,
  input: row.input,
  answer: row.result,
  score: row.score,
  reason: row.reason,
  state: row.state,
  verdict: row.verdict,
  fixed: row.answer,
  note: row.note,
  createdAt: row.created_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
});
