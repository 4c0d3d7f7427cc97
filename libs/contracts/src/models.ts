import { z } from 'zod';
import { moneyIn, moneyOut, timeOut } from './primitives';
import { tierSchema } from './terms';

const serviceTier = z.enum(['default', 'batch', 'flex', 'priority']);
const perMillion = 'dollars per million tokens';

const modelPrice = z.strictObject({
  version: z.string().meta({ description: 'what holds, receipts and entries refer to' }),
  from: timeOut,
  serviceTier,
  input: moneyOut.meta({ description: perMillion }),
  cacheRead: moneyOut,
  cacheWrite: moneyOut,
  output: moneyOut,
  batchRate: z
    .string()
    .nullable()
    .meta({ description: 'share of this price that a batch pays', examples: ['0.500000'] }),
  stacks: z.boolean().meta({ description: 'whether the discount of cached tokens also holds in a batch' }),
  minimum: moneyOut.meta({ description: 'the least that a call is billed' }),
  cacheMinTokens: z.number().int().nullable(),
  source: z.enum(['shipped', 'import', 'operator']),
  inForce: z.boolean(),
  quarantine: z.string().nullable().meta({ description: 'why the price is not believed' }),
});

export const modelOut = z.strictObject({
  object: z.literal('model'),
  id: z.string().meta({ examples: ['openai/gpt-4o-mini'] }),
  provider: z.string(),
  model: z.string(),
  tier: tierSchema.nullable().meta({ description: 'null as long as there is no price' }),
  prices: z.array(modelPrice),
  context: z.number().int().nullable(),
  maxOutput: z.number().int().nullable(),
  breaker: z
    .enum(['closed', 'open', 'half-open'])
    .nullable()
    .meta({ description: 'as all processes share it; null while Redis cannot be asked' }),
  enabled: z.boolean().meta({ description: 'switched on, priced, and its provider configured' }),
  order: z.number().int(),
});
export type ModelOut = z.infer<typeof modelOut>;

export const modelChange = z
  .strictObject({
    enabled: z.boolean().optional(),
    tier: tierSchema.nullable().optional().meta({ description: 'null: by its price' }),
    order: z.number().int().min(0).max(1_000_000).optional(),
    breaker: z.enum(['open', 'closed']).nullable().optional().meta({
      description:
        'open: nothing is sent until it is changed again; closed: at once, and no pause stands; null: left to itself',
    }),
  })
  .refine((change) => Object.keys(change).length > 0, {
    message: 'names nothing to change',
    params: { code: 'missing' },
  });
export type ModelChangeIn = z.infer<typeof modelChange>;

const paid = moneyIn.refine((text) => /[1-9]/.test(text), {
  message: 'nothing is free',
  params: { code: 'too-small' },
});
const tokens = z.number().int().min(1).max(100_000_000);

export const modelPriceIn = z.strictObject({
  input: paid.meta({ description: perMillion, examples: ['0.15'] }),
  output: paid,
  cacheRead: moneyIn.optional().meta({ description: 'standard: as input' }),
  cacheWrite: moneyIn.optional().meta({ description: 'standard: as input' }),
  serviceTier: serviceTier.optional(),
  batchRate: z
    .string()
    .regex(/^(1|0\.\d{1,6})$/, 'a share of the price with at most six decimals, such as "0.5"')
    .refine((text) => /[1-9]/.test(text), { message: 'nothing is free', params: { code: 'too-small' } })
    .optional(),
  stacks: z.boolean().optional(),
  minimum: moneyIn.optional(),
  context: tokens.optional(),
  maxOutput: tokens.optional(),
  cacheMinTokens: tokens.optional(),
  from: z.iso
    .datetime()
    .optional()
    .meta({ description: 'now when not given; a price never holds for what has been held already' }),
});
export type ModelPriceIn = z.infer<typeof modelPriceIn>;
