import type { ReceiptOut } from '@winnow/contracts';
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
  // The database keeps no order of members: a line is read from its stage to its reason.
  lines: row.body.lines.map(({ stage, outcome, ms, why }) => ({
    stage,
    outcome,
    ms,
    ...(why === undefined ? {} : { why }),
  })),
  corrections: row.corrections.map(({ at, attempt, kind, nanos }) => ({
    at: at.toISOString(),
    attempt: encodeId('att', attempt),
    kind,
    amount: printUsd(nanos),
  })),
  sandbox,
});
