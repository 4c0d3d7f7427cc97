import type { AttemptRecord } from '@winnow/analysis';
import type { ReceiptAttempt, ReceiptOut } from '@winnow/contracts';
import { encodeId, printUsd } from '@winnow/kernel';
import type { ReceiptRow } from '@winnow/storage';

export const presentReceipt = (row: ReceiptRow, sandbox: boolean): ReceiptOut => ({
  object: 'receipt',
  id: encodeId('rcpt', row.id),
  job: encodeId('job', row.job_id),
  task: row.task,
  version: row.version,
  final: row.final,
  at: row.at.toISOString(),
  ...row.body,
  corrections: row.corrections.map(({ at, attempt, kind, nanos }) => ({
    at: at.toISOString(),
    attempt: encodeId('att', attempt),
    kind,
    amount: printUsd(nanos),
  })),
  sandbox,
});

export const presentAttempt = (attempt: AttemptRecord): ReceiptAttempt => ({
  id: encodeId('att', attempt.id),
  n: attempt.n,
  provider: attempt.provider,
  model: attempt.modelResolved ?? attempt.model,
  lane: attempt.lane,
  state: attempt.state,
  outcome: attempt.outcome,
  held: printUsd(attempt.held),
  cost: printUsd(attempt.actual ?? 0n),
  price: attempt.priceId,
  tokens: attempt.tokens,
  estimated: attempt.estimated,
  sentAt: attempt.sentAt?.toISOString() ?? null,
  ms: attempt.ms,
});
