import { z } from 'zod';
import type { Tier } from './terms';

export const contentKinds = [
  'label',
  'record',
  'listing',
  'branding',
  'research',
  'scientific',
  'formulation',
  'costing',
  'text',
] as const;
export type ContentKind = (typeof contentKinds)[number];

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface CheckResult {
  readonly name: string;
  readonly value: number;
  readonly why?: string;
}

/** A kind of work. Its versions never change: what would change an answer is a new version. */
export interface TaskDefinition<Input = unknown, Output = unknown> {
  readonly name: string;
  readonly version: number;
  readonly content: ContentKind;
  readonly about: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  /** the schema that the provider is held to for this input; a part of `output` where the input asks for less */
  readonly outputFor?: (input: Input) => z.ZodType;
  readonly instructions: (input: Input) => string;
  /** pure checks beyond the schema: each 0 to 1 */
  readonly checks: (input: Input, output: Output) => readonly CheckResult[];
  readonly deadline: string;
  readonly start: {
    readonly tier: Tier;
    readonly maxTokens: (input: Input) => number;
    readonly temperature: number;
    /** how long the answer is likely to be; only quotes use it, until answers of the task have been seen */
    readonly expectTokens?: (input: Input) => number;
  };
  readonly example: Input;
}

/** A task among others: its own types are only known to itself. */
export type AnyTask = TaskDefinition<never, never>;

export const taskOut = z.strictObject({
  object: z.literal('task'),
  name: z.string(),
  version: z.number().int(),
  content: z.enum(contentKinds),
  about: z.string(),
  input: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.unknown()),
  prompt: z.string(),
  checks: z.array(z.string()),
  deadline: z.string(),
  tiers: z.array(z.string()),
  example: z.unknown(),
  retiredAt: z.string().nullable(),
});
export type TaskOut = z.infer<typeof taskOut>;
