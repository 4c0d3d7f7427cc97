import { faultsOfDefinition, faultsOfSchema, readSchema, type Catalogue, type TaskRegistry } from '@winnow/analysis';
import { mostSamples, taskDefaults, taskIn, type FieldFault, type TaskIn } from '@winnow/contracts';
import { canonicalJson } from '@winnow/kernel';
import { pointerTo } from '@winnow/kernel/json-pointer';
import type { z } from 'zod';
import { faultsOf } from '../http/field-faults';
import type { FurtherFaults } from '../http/schema.pipe';
import { mostInputBytes } from '../jobs/read-ask';
import { samplesOf, type Sample } from './samples-of';

export interface TaskFaultPorts {
  readonly shipped: Pick<TaskRegistry, 'find'>;
  readonly catalogue: Pick<Catalogue, 'rungsOf'>;
}

type JsonSchema = TaskIn['input'];

const reserved = /^winnow\./;

const faultsOfName = ({ shipped }: TaskFaultPorts, name: string): FieldFault[] =>
  shipped.find(name) === undefined && !reserved.test(name)
    ? []
    : [{ pointer: '/name', code: 'not-allowed', detail: `${name} is the name of a task that every tenant has` }];

const faultsOfTier = ({ catalogue }: TaskFaultPorts, tier: NonNullable<TaskIn['tier']>): FieldFault[] =>
  catalogue.rungsOf(tier).length > 0
    ? []
    : [
        {
          pointer: '/tier',
          code: 'not-allowed',
          detail: `no model of the tier ${tier} has a price and is switched on`,
        },
      ];

const faultsOfInput = (schema: z.ZodType, { input, inputAt }: Sample): FieldFault[] => {
  const parsed = schema.safeParse(input);
  if (!parsed.success) return faultsOf(parsed.error.issues, input, inputAt);
  return Buffer.byteLength(canonicalJson(input)) <= mostInputBytes
    ? []
    : [{ pointer: pointerTo(inputAt), code: 'too-long', detail: `at most ${mostInputBytes} bytes as canonical JSON` }];
};

const faultsOfExpected = (
  schema: z.ZodType,
  agree: NonNullable<TaskIn['agree']>,
  { expected, expectedAt }: Sample,
): FieldFault[] => {
  if (expected === null) return [];
  const parsed = schema.safeParse(expected);
  if (!parsed.success) return faultsOf(parsed.error.issues, expected, expectedAt);
  return Object.keys(expected).some((name) => agree[name] !== 'skip')
    ? []
    : [
        {
          pointer: pointerTo(expectedAt),
          code: 'not-allowed',
          detail: 'agree skips every field: nothing could be compared',
        },
      ];
};

/** Read once for all samples: 500 fields take tens of milliseconds. Null: it is at fault, which is said elsewhere. */
const readSound = (schema: JsonSchema | undefined, io: 'input' | 'output'): z.ZodType | null =>
  schema !== undefined && faultsOfSchema(schema, io).length === 0 ? readSchema(schema) : null;

const faultsOfSamples = ({ input, output, agree = {}, example, samples }: Partial<TaskIn>): FieldFault[] => {
  if (example === undefined) return [];
  const tried = samplesOf({ example, samples });
  const asked = readSound(input, 'input');
  const answered = tried.some(({ expected }) => expected !== null) ? readSound(output, 'output') : null;
  return [
    ...(tried.length > mostSamples
      ? [{ pointer: '/samples', code: 'too-long', detail: `at most ${mostSamples} samples, the example among them` }]
      : []),
    ...(asked === null ? [] : tried.flatMap((one) => faultsOfInput(asked, one))),
    ...(answered === null ? [] : tried.flatMap((one) => faultsOfExpected(answered, agree, one))),
  ];
};

/** All that is wrong with a definition beyond its form. What is not there is not looked at. */
export const faultsOfTask = (at: TaskFaultPorts, body: Partial<TaskIn>): FieldFault[] => [
  ...(body.name === undefined ? [] : faultsOfName(at, body.name)),
  ...faultsOfTier(at, body.tier ?? taskDefaults.tier),
  ...faultsOfDefinition(body),
  ...faultsOfSamples(body),
];

/** The same of a body that has not passed its form: of those of its fields that have. */
export const furtherTaskFaults =
  (at: TaskFaultPorts): FurtherFaults =>
  (body) => {
    if (typeof body !== 'object' || body === null) return [];
    const fields = Object.entries(taskIn.shape).flatMap(([name, schema]) => {
      const given = Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
      const parsed = schema.safeParse(given);
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
    });
    return faultsOfTask(at, Object.fromEntries(fields));
  };
