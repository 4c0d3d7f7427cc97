import { z } from 'zod';
import { idOf, moneyIn, moneyOut, timeOut } from './primitives';

export const budgetKinds = ['tenant-day', 'tenant-month', 'end-user', 'batch', 'source-day'] as const;
export type BudgetKind = (typeof budgetKinds)[number];

/** The body of PUT /budgets/{scope}. */
export const budgetIn = z
  .strictObject({
    cap: moneyIn,
    from: z
      .enum(['now', 'next'])
      .optional()
      .describe('From now on (the usual), or from the next window on while this one keeps its cap.'),
  })
  .meta({ examples: [{ cap: '5.00', from: 'now' }] });
export type BudgetIn = z.infer<typeof budgetIn>;

export const budgetOut = z.strictObject({
  object: z.literal('budget'),
  scope: z
    .string()
    .describe('`request`, `tenant-day`, `tenant-month`, `user:NAME`, `batch:batch_…`, `source-day:NAME`'),
  cap: moneyOut.nullable().describe('null: none is set, so nothing is counted'),
  spent: moneyOut.nullable(),
  held: moneyOut.nullable(),
  over: moneyOut.nullable().describe('billed beyond what was held; it counts against what is left'),
  left: moneyOut.nullable(),
  opensAt: timeOut.nullable(),
  closesAt: timeOut.nullable(),
  next: z.strictObject({ cap: moneyOut, from: timeOut }).nullable().describe('another cap, set for a later window'),
  parked: z.number().int().describe('jobs that wait for room here, counted to 100,000'),
});
export type BudgetOut = z.infer<typeof budgetOut>;

export const budgetEntryOut = z.strictObject({
  object: z.literal('entry'),
  id: z.string(),
  at: timeOut,
  kind: z.enum(['settled', 'released', 'unknown', 'corrected']),
  attempt: idOf('att'),
  job: idOf('job'),
  amount: moneyOut.describe('what it adds to what is spent; only a correction may take away'),
});
export type BudgetEntryOut = z.infer<typeof budgetEntryOut>;
