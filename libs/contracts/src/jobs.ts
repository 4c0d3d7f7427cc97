import { z } from 'zod';
import { idOf, metadata, moneyOut, timeOut, unit } from './primitives';
import { avoidable, laneSchema, termsIn, termsOut, tierSchema } from './terms';

export const jobStates = [
  'queued',
  'running',
  'parked',
  'succeeded',
  'failed',
  'canceling',
  'canceled',
  'aborted',
] as const;
export const jobState = z.enum(jobStates);
export type JobState = z.infer<typeof jobState>;

export const terminalStates = ['succeeded', 'failed', 'canceled', 'aborted'] as const satisfies readonly JobState[];
export type TerminalState = (typeof terminalStates)[number];
export const isTerminal = (state: JobState): state is TerminalState =>
  (terminalStates as readonly JobState[]).includes(state);

const jobErrorCodes = [
  'request-cost-too-high',
  'over-budget',
  'provider-failed',
  'provider-refused',
  'answer-invalid',
  'below-floor',
  'source-unavailable',
  'quarantined',
  'internal',
] as const;
export const jobError = z.strictObject({
  code: z.enum(jobErrorCodes),
  detail: z.string(),
  retryable: z.boolean(),
  attempt: z.number().int().nullable(),
});
export type JobError = z.infer<typeof jobError>;

export const priorities = ['low', 'normal', 'high'] as const;

/** One of the tenant's own users, by whatever name the tenant gives them. */
export const endUser = z
  .string()
  .min(1)
  .max(128)
  .describe('Which of your users it is for: its cost counts against that user, who may have a budget.');

/** The body of POST /jobs. What `input` has to be is the task's to say. */
export const jobIn = z
  .strictObject({
    task: z.string().min(1).max(128),
    version: z.number().int().min(1).nullable().optional(),
    input: z.record(z.string(), z.unknown()),
    terms: termsIn.optional(),
    avoid: z.array(avoidable).max(6).optional(),
    priority: z.enum(priorities).optional(),
    whenOver: z.enum(['park', 'refuse']).optional(),
    user: endUser.optional(),
    quote: idOf('quote').optional().describe('The quote that it belongs to: it counts to what that came to.'),
    metadata: metadata.optional(),
  })
  .meta({
    examples: [
      {
        task: 'review.sentiment',
        input: { text: 'Great sound, poor battery' },
        terms: { quality: 0.8, maxCost: '0.05', deadline: '15m' },
      },
    ],
  });
export type JobIn = z.infer<typeof jobIn>;

const progress = z.strictObject({
  percent: z.number().int().min(0).max(100),
  phase: z.string(),
  completed: z.number().int(),
  total: z.number().int(),
});

export const jobOut = z.strictObject({
  object: z.literal('job'),
  id: idOf('job'),
  batch: idOf('batch').nullable(),
  row: z.number().int().nullable(),
  task: z.string(),
  version: z.number().int(),
  state: jobState,
  stage: z.string().nullable(),
  lane: laneSchema.nullable(),
  done: z.boolean(),
  late: z.boolean(),
  progress,
  terms: termsOut,
  createdAt: timeOut,
  startedAt: timeOut.nullable(),
  endedAt: timeOut.nullable(),
  deadlineAt: timeOut,
  parkedUntil: timeOut.nullable(),
  cost: z.strictObject({
    cap: moneyOut,
    held: moneyOut,
    spent: moneyOut,
    baseline: moneyOut.nullable(),
    saved: moneyOut.nullable(),
  }),
  model: z.string().nullable(),
  tier: tierSchema.nullable(),
  attempts: z.number().int(),
  redeliveries: z.number().int(),
  joinedTo: idOf('job').nullable(),
  retryOf: idOf('job').nullable(),
  quality: z.strictObject({ score: unit.nullable(), floor: unit, met: z.boolean().nullable() }),
  result: z.unknown().nullable(),
  error: jobError.nullable(),
  receipt: idOf('rcpt').nullable(),
  urls: z.strictObject({ self: z.string(), cancel: z.string(), events: z.string(), receipt: z.string() }),
  user: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});
export type JobOut = z.infer<typeof jobOut>;

export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    object: z.literal('list'),
    data: z.array(item),
    hasMore: z.boolean(),
    next: z.string().nullable(),
  });
