import type { QuoteOut } from '@winnow/contracts';
import { encodeId, printUsd } from '@winnow/kernel';
import type { QuoteRow } from '@winnow/storage';

export const presentQuote = (row: QuoteRow): QuoteOut => ({
  object: 'quote',
  id: encodeId('quote', row.id),
  task: row.task,
  version: row.version,
  ...row.body,
  // Quotes that were made before any was sampled counted every row.
  basis: { ...row.body.basis, sampled: row.body.basis.sampled ?? row.jobs },
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  track: { quotes: row.track_quotes, inside: row.track_inside },
  actual: { jobs: row.done, cost: printUsd(row.actual), inside: row.inside },
});
