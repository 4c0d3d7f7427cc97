import { z } from 'zod';
import { idOf, timeOut } from './primitives';
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

/** How a field of the input enters the key under which an answer is remembered; `text` is data, `ask` a question or an instruction. */
export type FieldKind =
  'exact' | 'text' | 'ask' | 'name' | 'id' | 'domain' | 'number' | 'money' | 'set' | 'url' | 'ignored';

/** When two answers say the same in one field; `setF1` of records compares the property that it names. */
export type Comparator =
  | 'equal'
  | 'setF1'
  | 'skip'
  | { readonly within: number }
  | { readonly withinPct: number }
  | { readonly setF1: string };

export interface Reuse {
  /** what an answer ages by: `pure` only by the task's version, `exact` is reused only for the same request, and when that is asked for */
  readonly ages: 'pure' | 'analysis' | 'market' | 'exact';
  readonly join: boolean;
  /** `shadow`: look-alikes are measured and never served */
  readonly similar: 'off' | 'shadow';
  readonly share: 'tenant';
}

export interface PackRules {
  readonly max: number;
  readonly itemTokens: number;
  readonly answer: 'lines' | 'json';
}

/** A part of the output, in the order in which it is written. Without fields: a step before the first or after the last of them. */
export interface Phase {
  readonly name: string;
  readonly fields: readonly string[];
  /** its usual share of the answer's tokens */
  readonly share: number;
}

/** The phases that a kind of content goes through; a task leaves out those that it has no part for. Null: the task names its own. */
export const contentPhases: Readonly<Record<ContentKind, readonly string[] | null>> = {
  label: ['label'],
  record: null,
  listing: ['title', 'bullets', 'description', 'keywords', 'checks'],
  branding: ['names', 'voice', 'story', 'visuals', 'checks'],
  research: ['sources', 'findings', 'comparison', 'synthesis', 'advice'],
  scientific: ['question', 'evidence', 'mechanism', 'analysis', 'limits'],
  formulation: ['brief', 'ingredients', 'process', 'safety', 'cost'],
  costing: ['materials', 'labour', 'overhead', 'margin', 'scenarios'],
  text: null,
};

/** What the stages may do with a task's jobs. None of it changes an answer, so none of it enters a task's print. */
export interface TaskRules {
  readonly fields: Readonly<Record<string, FieldKind>>;
  readonly reuse: Reuse;
  readonly pack: PackRules | null;
  readonly defer: boolean;
  /** fields of the output that a local model may learn to answer */
  readonly pupil: readonly string[];
  /** by field of the output, or by `field.property`; what is not named is compared as text or as a list */
  readonly agree: Readonly<Record<string, Comparator>>;
  readonly phases: readonly Phase[];
}

/** A kind of work. Its versions never change: what would change an answer is a new version. */
export interface TaskDefinition<Input = unknown, Output = unknown> extends TaskRules {
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
  /** the names of all of them, those that only some inputs ask for included */
  readonly checkNames: readonly string[];
  /** the field of the input that says what kind of thing it is about */
  readonly category?: string;
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

/** Of a version: what it is tried with before it serves, whether it serves, and why not. */
export const taskStates = ['trial', 'live', 'refused', 'retired'] as const;
export type TaskState = (typeof taskStates)[number];

export const taskOut = z.strictObject({
  object: z.literal('task'),
  name: z.string(),
  version: z.number().int(),
  builtIn: z.boolean(),
  state: z.enum(taskStates),
  content: z.enum(contentKinds),
  about: z.string(),
  input: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.unknown()),
  prompt: z.string(),
  checks: z.array(z.string()),
  phases: z.array(z.strictObject({ name: z.string(), share: z.number() })),
  memory: z.strictObject({
    strategy: z.enum(['aggressive', 'balanced', 'conservative']),
    ttl: z.string(),
    similar: z.boolean(),
  }),
  pack: z.strictObject({ max: z.number().int() }).nullable(),
  defer: z.boolean(),
  deadline: z.string(),
  tiers: z.array(z.string()),
  example: z.unknown(),
  /** what a tenant gave beside the schemas, the prompt and the example */
  definition: z.record(z.string(), z.unknown()).nullable(),
  trial: z
    .strictObject({ jobs: z.array(idOf('job')), reasons: z.array(z.string()), decidedAt: timeOut.nullable() })
    .nullable(),
  createdAt: timeOut.nullable(),
  retiredAt: timeOut.nullable(),
});
export type TaskOut = z.infer<typeof taskOut>;
