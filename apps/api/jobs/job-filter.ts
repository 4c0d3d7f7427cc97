import { idOf, jobState, laneSchema, moneyIn } from '@winnow/contracts';
import { decodeId, parseUsd } from '@winnow/kernel';
import type { JobFilter } from '@winnow/storage';
import { z } from 'zod';

const atMostOnce = (text: z.ZodType<string>) => text.optional();
const time = z.iso.datetime({ offset: true }).meta({ examples: ['2026-11-01T09:30:00.000Z'] });
const text = (longest: number) => z.string().min(1).max(longest);
const unitText = z.string().regex(/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, 'a number from 0 to 1');
const mostPairs = 3;

/** The query of a list of jobs. Everything is text here: it comes from a URL. */
export const jobListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .optional()
    .describe('1 to 100, 50 when not given'),
  after: text(200).optional().describe('`next` of the page before'),
  order: z.enum(['asc', 'desc']).optional().describe('by time of acceptance; desc when not given'),
  state: z
    .union([jobState, z.array(jobState).max(8)])
    .optional()
    .describe('may be repeated'),
  task: atMostOnce(text(128)),
  batch: atMostOnce(idOf('batch')),
  user: atMostOnce(text(128)),
  lane: laneSchema.optional(),
  model: atMostOnce(text(128)),
  createdAfter: atMostOnce(time),
  createdBefore: atMostOnce(time),
  costOver: atMostOnce(moneyIn),
  scoreUnder: atMostOnce(unitText),
  error: atMostOnce(text(64)),
  retryOf: atMostOnce(idOf('job')),
  metadata: z
    .record(text(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= mostPairs, `at most ${mostPairs} pairs`)
    .optional()
    .describe('`metadata[key]=value`, at most 3 of them'),
});
export type JobListQuery = z.infer<typeof jobListQuery>;

const mapped = <In, Out>(value: In | undefined, map: (value: In) => Out): Out | undefined =>
  value === undefined ? undefined : map(value);

const uuidOf = (prefix: 'job' | 'batch', id: string): string => decodeId(prefix, id) ?? '';

export const jobFilterOf = (query: JobListQuery): JobFilter => ({
  states: mapped(query.state, (state) => [state].flat()),
  task: query.task,
  batch: mapped(query.batch, (id) => uuidOf('batch', id)),
  user: query.user,
  lane: query.lane,
  model: query.model,
  createdAfter: mapped(query.createdAfter, (at) => new Date(at)),
  createdBefore: mapped(query.createdBefore, (at) => new Date(at)),
  costOver: mapped(query.costOver, parseUsd),
  scoreUnder: mapped(query.scoreUnder, Number),
  error: query.error,
  retryOf: mapped(query.retryOf, (id) => uuidOf('job', id)),
  metadata: query.metadata,
});
