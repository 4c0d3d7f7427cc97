import { z } from 'zod';
import { contentKinds } from './tasks';
import { termsIn, tierSchema } from './terms';

const mostPromptBytes = 32_768;
export const mostSamples = 5;
const mostSampleInputs = 'at most five samples, the example among them';

const fieldName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** A field of an input or an output; the same names serve as places of the template. */
export const isFieldName = (name: string): boolean => fieldName.test(name) && !(name in {});

const place = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63})?$/,
    'a field such as "title", or "items.price" of a list of records',
  );
const places = z.array(place).min(1).max(20);
const inputs = places.optional().describe('Fields of the input to hold it against; all of them when not given.');
const bound = z.number().min(-1e15).max(1e15);
const size = z.number().int().min(0).max(1_000_000);
const labels = z.array(z.string().min(1).max(200)).min(1).max(50);

const about = <Kind extends string, Shape extends z.core.$ZodShape>(check: Kind, says: string, shape: Shape) =>
  z.strictObject({ check: z.literal(check).describe(says), ...shape });

/** The closed list of checks: a task made over REST chooses among these, and brings no code. */
export const checkRule = z.discriminatedUnion('check', [
  about('grounded', 'Phrases of these fields stand in the input, as written there.', { fields: places, in: inputs }),
  about('numbers', 'Figures in these fields stand in the input, with their units.', { fields: places, in: inputs }),
  about('links', 'Links, DOIs and citations in these fields stand in the input.', { fields: places, in: inputs }),
  about('language', 'These fields are in the language of the input.', { fields: places, in: inputs }),
  about('banned', 'None of the terms is in these fields, as whole words.', {
    fields: places,
    terms: z.array(z.string().min(1).max(100)).min(1).max(500),
  }),
  about('length', 'Characters of a text or items of a list lie within bounds.', {
    fields: places,
    min: size.optional(),
    max: size.optional(),
  }),
  about('range', 'Numbers lie within bounds.', { fields: places, min: bound.optional(), max: bound.optional() }),
  about('sum', 'The numbers of these fields add up to a number or to another field.', {
    fields: places,
    total: z.union([bound, place]),
    tolerance: z.number().min(0).max(1e9).optional(),
  }),
  about('sign', 'A number is over 0 with one group of labels, and under 0 with the other.', {
    fields: z.array(place).length(1),
    label: place,
    positive: labels,
    negative: labels,
  }),
  about('filled', 'These fields say something: not empty, no placeholder.', { fields: places }),
  about('arithmetic', 'Steps of reckoning that are shown come out when done again.', { fields: places }),
  about('repetition', 'The same words are not said over and over.', { fields: places }),
  about('refusal', 'The answer does not decline to answer.', { fields: places }),
  about('hedging', 'The answer does not take back or leave open what it says.', { fields: places }),
]);
export type CheckRule = z.infer<typeof checkRule>;

const comparator = z.union([
  z.enum(['equal', 'setF1', 'skip']),
  z.strictObject({ within: z.number().min(0).max(1e15) }),
  z.strictObject({ withinPct: z.number().min(0).max(100) }),
  z.strictObject({ setF1: z.string().refine(isFieldName, 'the property of the records by which they are compared') }),
]);

const jsonSchema = z.record(z.string(), z.unknown());
const bytesWithin = (most: number) => (text: string) => Buffer.byteLength(text) <= most;

/** The body of POST /tasks. What the schemas may hold, and that all names fit them, is checked behind it. */
export const taskIn = z
  .strictObject({
    name: z
      .string()
      .max(64)
      .regex(
        /^[a-z][a-z0-9]*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/,
        'area.verb in lower-case letters, digits and hyphens, such as "acme.sort-mail"',
      ),
    content: z.enum(contentKinds).optional().describe('`record` when not given.'),
    about: z.string().min(1).max(500).optional(),
    input: jsonSchema.describe('JSON Schema: objects closed by `additionalProperties: false`, at most 64 KiB, 8 deep.'),
    output: jsonSchema.describe('As `input`, with every field in `required`, in the order in which they are written.'),
    prompt: z
      .string()
      .min(1)
      .refine(bytesWithin(mostPromptBytes), {
        message: `at most ${mostPromptBytes} bytes`,
        params: { code: 'too-long' },
      })
      .describe('What to do. `{{field}}` stands for a field of the input, which follows the prompt as data.'),
    checks: z.array(checkRule).max(20).optional(),
    agree: z
      .record(place, comparator)
      .optional()
      .describe('When two answers say the same; what is not named is compared by its kind.'),
    memory: z
      .strictObject({ ttl: z.enum(['1h', '24h', '30d']).optional(), similar: z.literal(false).optional() })
      .optional()
      .describe('How long an answer is remembered (24h), always for the very same input.'),
    pack: z
      .strictObject({ max: z.number().int().min(2).max(10) })
      .nullable()
      .optional()
      .describe('A wish that is kept: packing begins off.'),
    deadline: termsIn.shape.deadline.describe('How long a job can wait where it does not say (1h).'),
    tier: tierSchema.optional().describe('Where the ladder begins (light).'),
    maxTokens: z.number().int().min(1).max(16_384).optional().describe('The longest answer (1,000).'),
    temperature: z.number().min(0).max(2).optional().describe('0 when not given.'),
    example: jsonSchema.describe('An input. It is the first sample of the trial.'),
    samples: z
      .array(z.strictObject({ input: jsonSchema, expected: jsonSchema.optional() }))
      .max(mostSamples)
      .optional()
      .describe(`What a version is tried with before it serves: ${mostSampleInputs}.`),
  })
  .meta({
    examples: [
      {
        name: 'acme.sort-mail',
        about: 'Which desk a message belongs to.',
        input: {
          type: 'object',
          properties: { message: { type: 'string', maxLength: 4000 } },
          required: ['message'],
          additionalProperties: false,
        },
        output: {
          type: 'object',
          properties: {
            desk: { enum: ['orders', 'returns', 'other'] },
            quote: { type: 'string', description: 'The words that decide it.' },
          },
          required: ['desk', 'quote'],
          additionalProperties: false,
        },
        prompt: 'Say which desk {{message}} belongs to, and quote the words that decide it.',
        checks: [{ check: 'grounded', fields: ['quote'] }],
        example: { message: 'My parcel has not come yet, order 1182.' },
      },
    ],
  });
export type TaskIn = z.infer<typeof taskIn>;

/** What a definition that does not say gets. */
export const taskDefaults = {
  content: 'record',
  tier: 'light',
  deadline: '1h',
  maxTokens: 1_000,
  temperature: 0,
  ttl: '24h',
} as const;

/** What is kept of a version, and never changes. */
export type TaskBody = Omit<TaskIn, 'name' | 'samples'>;
