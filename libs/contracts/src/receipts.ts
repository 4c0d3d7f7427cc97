import { z } from 'zod';
import { idOf, moneyOut, timeOut, unit } from './primitives';
import { laneSchema } from './terms';

/** The ten lines by which baseline and actual differ. `escalation` and `audit` are never above zero. */
export const savingsLines = [
  'cached',
  'joined',
  'local',
  'routed',
  'prompt',
  'packed',
  'deferred',
  'provider-cache',
  'escalation',
  'audit',
] as const;
export type SavingsLine = (typeof savingsLines)[number];

export const savingsOut = z.strictObject(
  Object.fromEntries(savingsLines.map((line) => [line, moneyOut])) as Record<SavingsLine, typeof moneyOut>,
);

export const tokensOut = z.strictObject({
  input: z.number().int().min(0),
  cacheRead: z.number().int().min(0),
  cacheWrite: z.number().int().min(0),
  output: z.number().int().min(0),
});
export type Tokens = z.infer<typeof tokensOut>;

export const receiptLine = z.strictObject({
  stage: z.string(),
  outcome: z.string(),
  ms: z.number(),
  why: z.string().optional(),
});
export type ReceiptLine = z.infer<typeof receiptLine>;

export const receiptAttempt = z.strictObject({
  id: idOf('att'),
  n: z.number().int(),
  provider: z.string(),
  model: z.string(),
  lane: laneSchema,
  state: z.enum(['held', 'settled', 'released', 'unknown']),
  outcome: z.string().nullable(),
  held: moneyOut,
  cost: moneyOut,
  price: z.string(),
  tokens: tokensOut.nullable(),
  estimated: z.boolean(),
  purpose: z.enum(['answer', 'audit']).describe('audit: it only checked another answer'),
  score: unit.nullable().describe('how good its answer was found'),
  signs: z
    .record(z.string(), unit)
    .nullable()
    .optional()
    .describe('what the score was made of: faults found, length, rung'),
  sentAt: timeOut.nullable(),
  ms: z.number().int().nullable(),
});
export type ReceiptAttempt = z.infer<typeof receiptAttempt>;

export const checkOut = z.strictObject({ name: z.string(), ok: z.boolean(), value: unit, why: z.string().optional() });
export type CheckOut = z.infer<typeof checkOut>;

/** The same answer as one plain call to a model, and what was saved against that. */
const against = z.strictObject({ model: z.string(), cost: moneyOut, saved: moneyOut });

/** The answer held against that of another model. */
export const sampleOut = z.strictObject({
  kind: z.enum(['shadow', 'audit', 'judge']),
  subject: z.string().describe('whose answer is judged: provider/model'),
  reference: z.string().describe('whose answer it is held against'),
  value: unit.describe('how far the two agree'),
  agreed: z.boolean(),
  score: unit.describe('how good the judged answer was found before'),
  checks: z.record(z.string(), unit),
  handedOver: z.enum(['subject', 'reference']).optional().describe('whose answer the caller got'),
  cost: moneyOut,
});
export type SampleOut = z.infer<typeof sampleOut>;

/** What is written once, with the terminal state. */
export const receiptBody = z.strictObject({
  lane: laneSchema.nullable(),
  baseline: z.strictObject({
    model: z.string(),
    input: z.number().int(),
    output: z.number().int(),
    cost: moneyOut,
    estimated: z.boolean(),
  }),
  baselines: z
    .strictObject({ tenant: against, task: against.nullable() })
    .optional()
    .describe(
      "against the tenant's baseline model, and against the task's own default model: what is saved beyond the price of the model",
    ),
  actual: moneyOut,
  saved: moneyOut,
  savings: savingsOut,
  lines: z.array(receiptLine),
  attempts: z.array(receiptAttempt),
  answer: z.number().int().nullable().describe('the attempt whose bill stands for the answer'),
  samples: z.array(sampleOut),
  quality: z.strictObject({
    score: unit.nullable(),
    floor: unit,
    met: z.boolean().nullable(),
    calibrated: z
      .boolean()
      .describe('whether the score is a probability learned from labels, or the mean of the checks'),
    checks: z.array(checkOut),
  }),
});
export type ReceiptBody = z.infer<typeof receiptBody>;

export const receiptOut = receiptBody.extend({
  object: z.literal('receipt'),
  id: idOf('rcpt'),
  job: idOf('job'),
  task: z.string(),
  version: z.number().int(),
  final: z.boolean(),
  at: timeOut,
  corrections: z.array(
    z.strictObject({
      at: timeOut,
      attempt: idOf('att'),
      kind: z.enum(['settled', 'released', 'unknown', 'corrected']),
      amount: moneyOut,
    }),
  ),
  sandbox: z.boolean(),
});
export type ReceiptOut = z.infer<typeof receiptOut>;
