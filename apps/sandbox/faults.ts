import { z } from 'zod';
import { chance } from './chance';

const FAULT_KINDS = [
  '429',
  '500',
  '503',
  'insufficient-quota',
  'reset',
  'hang',
  'drip',
  'cut',
  'bad-json',
  'wrong-schema',
  'bad-body',
  'no-usage',
  'usage-negative',
  'usage-nan',
  'usage-x3',
  'content-filter',
  'big',
] as const;

export const faultSchema = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  /** Seconds in the Retry-After header of 429, 503 and insufficient-quota. */
  retryAfter: z.number().min(0).max(86_400).optional(),
  /** `cut`: tokens of a stream, bytes of a body, that still arrive. Half of it when not given. */
  after: z.int().min(0).max(16_000_000).optional(),
  /** `drip`: one byte each so many milliseconds. */
  everyMs: z.int().min(1).max(60_000).optional(),
  /** `hang`: how long before the socket is given up. */
  forMs: z.int().min(1).max(600_000).optional(),
  /** `bad-body`: html or json; `content-filter`: finish (a 200 that says so) or error (a 400). */
  as: z.enum(['html', 'json', 'finish', 'error']).optional(),
  /** `big`: bytes of the answer's text. */
  bytes: z.int().min(1).max(64_000_000).optional(),
});

export type Fault = z.output<typeof faultSchema>;

export const faultRuleSchema = faultSchema.extend({
  provider: z.string().max(50).optional(),
  model: z.string().max(100).optional(),
  /** Only calls whose last user message contains this. */
  match: z.string().min(1).max(200).optional(),
  probability: z.number().min(0).max(1).optional(),
  /** Which of the calls that the rule could hit, counted from 1 when the rule was put. */
  nth: z.array(z.int().min(1)).min(1).max(10_000).optional(),
});

export type FaultRule = z.output<typeof faultRuleSchema>;

const NUMERIC = new Set(['retryAfter', 'after', 'everyMs', 'forMs', 'bytes']);
const camelCase = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Reads `429;retry-after=2`. Says what is wrong rather than guess: a misspelt fault would pass as a good run. */
export function readFaultHeader(header: string): { fault: Fault } | { wrong: string } {
  const [kind = '', ...pairs] = header.split(';').map((part) => part.trim());
  const raw: Record<string, unknown> = { kind };
  for (const pair of pairs.filter((p) => p !== '')) {
    const [name = '', value = ''] = pair.split('=').map((part) => part.trim());
    const field = camelCase(name);
    raw[field] = NUMERIC.has(field) && value !== '' ? Number(value) : value;
  }
  const read = faultSchema.safeParse(raw);
  if (read.success) return { fault: read.data };
  return { wrong: read.error.issues.map((i) => `${i.path.join('.') || 'fault'}: ${i.message}`).join('; ') };
}

export interface CallFacts {
  readonly provider: string;
  readonly modelNames: readonly string[];
  readonly lastUserText: string;
}

const hits = (rule: FaultRule, call: CallFacts): boolean =>
  (rule.provider === undefined || rule.provider === call.provider) &&
  (rule.model === undefined || call.modelNames.includes(rule.model)) &&
  (rule.match === undefined || call.lastUserText.includes(rule.match));

/** Whether the `count`-th call that a rule could hit is hit. */
function isDrawn(rule: FaultRule, seed: number, index: number, count: number): boolean {
  if (rule.nth) return rule.nth.includes(count);
  return chance(seed, 'fault', index, count) < (rule.probability ?? 1);
}

export type DrawFault = (call: CallFacts) => Fault | undefined;

/** Each rule counts the calls it could hit, so a rule's draws do not depend on traffic that it does not concern. */
export function faultDrawer(rules: readonly FaultRule[], seed: number): DrawFault {
  const counts = rules.map(() => 0);
  return (call) => {
    let drawn: Fault | undefined;
    for (const [index, rule] of rules.entries()) {
      if (!hits(rule, call)) continue;
      const count = (counts[index] ?? 0) + 1;
      counts[index] = count;
      if (isDrawn(rule, seed, index, count)) drawn ??= rule;
    }
    return drawn;
  };
}
