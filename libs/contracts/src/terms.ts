import { z } from 'zod';
import { parseDuration } from '@winnow/kernel';
import { duration, moneyIn, moneyOut, unit } from './primitives';

export const lanes = ['cached', 'similar', 'joined', 'local', 'packed', 'deferred', 'direct'] as const;
export const laneSchema = z.enum(lanes);
export type Lane = z.infer<typeof laneSchema>;

/** Lanes a caller may close. `direct` always stays open: it is the plain call at the end. */
export const avoidable = z.enum(['cached', 'similar', 'joined', 'local', 'packed', 'deferred']);

export const tiers = ['ultra', 'light', 'medium', 'advanced', 'premium'] as const;
export const tierSchema = z.enum(tiers);
export type Tier = z.infer<typeof tierSchema>;

export const defaultFloor = 0.8;
export const longestDeadlineMs = 30 * 86_400_000;

// What is no duration at all is said by its own pattern, and once is enough.
const isTooLong = (text: string): boolean =>
  /^[1-9]\d*[smhd]$/.test(text) && (parseDuration(text) ?? Number.POSITIVE_INFINITY) > longestDeadlineMs;

const deadlineIn = duration.refine((text) => !isTooLong(text), {
  message: 'at most 30d',
  params: { code: 'too-large' },
});

export const termsIn = z.strictObject({
  quality: unit.optional().describe('The floor that an answer has to reach (0.8).'),
  maxCost: moneyIn.optional().describe("The most that this job may cost (the tenant's request cap, $0.05)."),
  deadline: deadlineIn.optional().describe("How long the caller can wait (the task's own, mostly 1h; at most 30d)."),
  strict: z
    .boolean()
    .optional()
    .describe('An answer under the floor fails the job, `below-floor`, and is handed over all the same (false).'),
});
export type TermsIn = z.infer<typeof termsIn>;

export const termsOut = z.strictObject({ quality: unit, maxCost: moneyOut, deadline: duration, strict: z.boolean() });
