import { z } from 'zod';
import { faultRuleSchema } from './faults';

const ms = z.number().min(0).max(600_000);

const latencySchema = z
  .strictObject({
    kind: z.enum(['fixed', 'uniform', 'lognormal']).default('fixed'),
    /** The time itself, the least, or the median, by kind. */
    ms,
    /** `uniform`: the most. */
    toMs: ms.optional(),
    /** `lognormal`: how wide. */
    sigma: z.number().min(0).max(5).optional(),
    /** Between two pieces of a stream. */
    tokenMs: ms.default(0),
  })
  .refine((l) => l.kind !== 'uniform' || (l.toMs ?? l.ms) >= l.ms, {
    path: ['toMs'],
    message: 'must not be below ms',
  });

const knobsSchema = z.strictObject({
  seed: z.int().min(0),
  /** Calls wait until this is false again. */
  hold: z.boolean(),
  /** Whether a call that hangs is on the bill: the worst kind of provider worked and bills. */
  hangBilled: z.boolean(),
  latency: latencySchema,
  faults: z.array(faultRuleSchema).max(100),
  /** Share of items that a model gets wrong, by model name. */
  quality: z.strictObject({ errorRate: z.record(z.string().max(100), z.number().min(0).max(1)) }),
  /** The provider's prompt cache: equal prefixes of at least `minTokens` bill at the cached rate. */
  cache: z.strictObject({ enabled: z.boolean(), minTokens: z.int().min(128).max(1_000_000).default(1_024) }),
  /** Length of free text. */
  text: z
    .strictObject({ minWords: z.int().min(1).max(100_000), maxWords: z.int().min(1).max(100_000) })
    .refine((t) => t.maxWords >= t.minWords, { path: ['maxWords'], message: 'must not be below minWords' }),
});

export type Knobs = z.output<typeof knobsSchema>;
export type Latency = Knobs['latency'];

export const defaultKnobs: Knobs = {
  seed: 1,
  hold: false,
  hangBilled: true,
  latency: { kind: 'uniform', ms: 20, toMs: 60, tokenMs: 0 },
  faults: [],
  quality: { errorRate: {} },
  cache: { enabled: false, minTokens: 1_024 },
  text: { minWords: 12, maxWords: 40 },
};

// A field that is given replaces the whole of that field; fields that are not given stay.
const patchSchema = knobsSchema.partial();

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

const pointer = (path: readonly PropertyKey[]): string => path.map((step) => `/${String(step)}`).join('');

const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), detail: 'is not a knob' }))
      : [{ pointer: pointer(issue.path), detail: issue.message }],
  );

export function patchKnobs(now: Knobs, patch: unknown): { knobs: Knobs } | { errors: FieldError[] } {
  const read = patchSchema.safeParse(patch);
  if (!read.success) return { errors: fieldErrors(read.error) };
  const given = Object.fromEntries(Object.entries(read.data).filter(([, value]) => value !== undefined));
  return { knobs: { ...now, ...given } };
}
