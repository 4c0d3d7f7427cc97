import {
  contentPhases,
  taskDefaults,
  type AnyTask,
  type Comparator,
  type FieldFault,
  type TaskBody,
} from '@winnow/contracts';
import { defineTask, type CheckTable } from '../define-task';
import { faultsOfAgree, faultsOfChecks } from './faults-of-names';
import { faultsOfSchema, mostSchemaBytes } from './faults-of-schema';
import { isRecord, type Schema } from './keywords';
import { checksOf } from './own-checks';
import { inlineSchema, kindsAt, readSchema } from './read-schema';
import { faultsOfTemplate, renderTemplate } from './template';

/** The record that an input or an answer of a tenant's task is. */
type Fields = Record<string, unknown>;

interface ReadSchema {
  readonly faults: readonly FieldFault[];
  /** written out; null: it is at fault, or is not there */
  readonly schema: Schema | null;
}

const read = (schema: unknown, io: 'input' | 'output'): ReadSchema => {
  if (!isRecord(schema)) return { faults: [], schema: null };
  const faults = faultsOfSchema(schema, io);
  if (faults.length > 0) return { faults, schema: null };
  const inlined = inlineSchema(schema);
  const bytes = Buffer.byteLength(JSON.stringify(inlined));
  if (bytes <= mostSchemaBytes) return { faults, schema: inlined };
  const detail = `at most ${mostSchemaBytes} bytes once its references are written out, it has ${bytes}`;
  return { faults: [{ pointer: `/${io}`, code: 'too-long', detail }], schema: null };
};

/**
 * What keeps a definition from being taken, all of it at once. Parts that are not there are not looked at, so that a body that has no
 * valid form yet can be asked as well.
 */
export const faultsOfDefinition = (body: Partial<TaskBody>): FieldFault[] => {
  const [input, output] = [read(body.input, 'input'), read(body.output, 'output')];
  const fields = input.schema === null ? null : Object.keys(input.schema['properties'] as Schema);
  return [
    ...input.faults,
    ...output.faults,
    ...(body.prompt === undefined ? [] : faultsOfTemplate(body.prompt, fields)),
    ...(body.checks === undefined ? [] : faultsOfChecks(body.checks, input.schema, output.schema)),
    ...(body.agree === undefined ? [] : faultsOfAgree(body.agree, output.schema)),
  ];
};

/** Labels, flags and numbers have to be the same; texts, lists and records are compared by what they share. */
const agreeOf = ({ agree = {} }: TaskBody, output: Schema): Record<string, Comparator> => {
  const named = new Set(Object.keys(agree).map((path) => path.split('.')[0]));
  const properties = Object.entries(output['properties'] as Record<string, Schema>);
  const rest = properties.filter(([name, field]) => {
    const kinds = kindsAt(output, name);
    return (
      !named.has(name) &&
      ('enum' in field || 'const' in field || (!kinds.has('text') && !kinds.has('list') && !kinds.has('record')))
    );
  });
  return {
    ...Object.fromEntries(rest.map(([name]) => [name, 'equal' as const])),
    ...(agree as Record<string, Comparator>),
  };
};

const agesOf = { '1h': 'market', '24h': 'analysis', '30d': 'pure' } as const;

/** A definition as a task. It begins careful: exact reuse, no pack, no local model; what a tenant wishes beyond that is kept and not yet done. */
export const compileDefinition = (name: string, version: number, body: TaskBody): AnyTask => {
  const output = inlineSchema(body.output);
  const content = body.content ?? taskDefaults.content;
  const prompt = renderTemplate(body.prompt);
  const maxTokens = body.maxTokens ?? taskDefaults.maxTokens;
  return defineTask<Fields, Fields>({
    name,
    version,
    content,
    about: body.about ?? '',
    input: readSchema(body.input) as never,
    output: readSchema(body.output) as never,
    instructions: () => prompt,
    checks: checksOf(body.checks ?? []) as CheckTable<Fields, Fields>,
    reuse: { ages: agesOf[body.memory?.ttl ?? taskDefaults.ttl], join: true, similar: 'off', share: 'tenant' },
    agree: agreeOf(body, output),
    phases: [
      {
        name: contentPhases[content]?.[0] ?? content,
        fields: Object.keys(output['properties'] as Schema),
        share: 1,
      },
    ],
    deadline: body.deadline ?? taskDefaults.deadline,
    start: {
      tier: body.tier ?? taskDefaults.tier,
      maxTokens: () => maxTokens,
      temperature: body.temperature ?? taskDefaults.temperature,
    },
    example: body.example,
  });
};
