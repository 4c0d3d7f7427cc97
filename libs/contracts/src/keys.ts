import { z } from 'zod';
import { idOf, moneyOut, timeOut } from './primitives';

export const scopes = [
  'jobs:read',
  'jobs:write',
  'tasks:write',
  'budgets:read',
  'budgets:write',
  'usage:read',
  'memory:read',
  'memory:write',
  'companies:read',
  'companies:write',
  'experiments:write',
  'tunings:write',
  'reviews:read',
  'reviews:write',
  'webhooks:write',
  'keys:write',
  'operator',
] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;

export const keyOut = z.strictObject({
  object: z.literal('key'),
  id: idOf('key'),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(scopeSchema),
  limits: z.strictObject({
    perMinute: z.number().int(),
    maxCost: moneyOut.nullable(),
    perDay: z.number().int().nullable(),
    tasks: z.array(z.string()).nullable(),
    streams: z.number().int(),
  }),
  idempotency: z.enum(['optional', 'required']),
  createdAt: timeOut,
  expiresAt: timeOut.nullable(),
  lastUsedAt: timeOut.nullable(),
  revokedAt: timeOut.nullable(),
});
export type KeyOut = z.infer<typeof keyOut>;

export const keyIn = z.strictObject({
  name: z.string().min(1).max(64),
  scopes: z.array(scopeSchema).min(1).max(scopes.length),
  perMinute: z.number().int().min(1).max(100_000).optional(),
  idempotency: z.enum(['optional', 'required']).optional(),
  expiresAt: z.iso.datetime().optional(),
});
