import { contentPhases, type Comparator, type ContentKind, type FieldKind, type TaskRules } from '@winnow/contracts';
import { z } from 'zod';

export interface Shape {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
}
export interface Described {
  readonly content: ContentKind;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

const mostLabels = 50;
const mostPacked = 10;

/** The type that a kind of field reads; a kind that is not here takes any. */
const typeOfKind: Partial<Record<FieldKind, string>> = {
  text: 'string',
  ask: 'string',
  name: 'string',
  id: 'string',
  domain: 'string',
  url: 'string',
  money: 'string',
  number: 'number',
  set: 'array',
};
const numberTypes: ReadonlySet<unknown> = new Set(['number', 'integer']);

const propertiesOf = (schema: z.ZodType, io: 'input' | 'output'): Readonly<Record<string, Shape>> =>
  (z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Shape).properties ?? {};

const at = (properties: Readonly<Record<string, Shape>>, path: string): Shape | undefined => {
  const [name = '', ...rest] = path.split('.');
  const shape = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return rest.length === 0 ? shape : at(shape?.properties ?? {}, rest.join('.'));
};

const fieldFaults = (fields: TaskRules['fields'], input: Readonly<Record<string, Shape>>): string[] => [
  ...Object.keys(input)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => `fields does not say how the input's ${name} enters a key`),
  ...Object.entries(fields).flatMap(([name, kind]) => {
    const shape = at(input, name);
    if (shape === undefined) return [`fields names ${name}, which the input does not have`];
    const wanted = typeOfKind[kind];
    const fits = wanted === undefined || shape.type === wanted || (wanted === 'number' && shape.type === 'integer');
    return fits ? [] : [`fields reads ${name} as ${kind}, and it is no ${wanted}`];
  }),
];

/** Whether two values of a shape can be compared so. */
export const compares = (comparator: Comparator, shape: Shape): boolean => {
  if (comparator === 'equal' || comparator === 'skip') return true;
  if (comparator === 'setF1') return shape.type === 'array' || shape.type === 'string';
  if ('setF1' in comparator) return Object.hasOwn(shape.items?.properties ?? {}, comparator.setF1);
  const [bound] = Object.values(comparator) as [number];
  return numberTypes.has(shape.type) && bound >= 0 && Number.isFinite(bound);
};

const agreeFaults = (agree: TaskRules['agree'], output: Readonly<Record<string, Shape>>): string[] =>
  Object.entries(agree).flatMap(([path, comparator]) => {
    const shape = at(output, path);
    if (shape === undefined) return [`agree names ${path}, which the output does not have`];
    return compares(comparator, shape) ? [] : [`agree cannot compare ${path} by ${JSON.stringify(comparator)}`];
  });

const pupilFaults = (pupil: TaskRules['pupil'], output: Readonly<Record<string, Shape>>): string[] =>
  pupil.flatMap((name) => {
    const labels = at(output, name)?.enum?.length ?? 0;
    return labels >= 1 && labels <= mostLabels ? [] : [`pupil names ${name}, which is no enum of up to ${mostLabels}`];
  });

const packFaults = (pack: TaskRules['pack']): string[] =>
  pack === null || (pack.max >= 2 && pack.max <= mostPacked && pack.itemTokens >= 1)
    ? []
    : [`pack is outside 2 to ${mostPacked} items of at least one token`];

const phaseFaults = (phases: TaskRules['phases'], content: ContentKind, output: readonly string[]): string[] => {
  const known = contentPhases[content];
  const names = phases.map(({ name }) => name);
  const inOrder = known === null ? names : known.filter((name) => names.includes(name));
  const shares = phases.reduce((sum, { share }) => sum + share, 0);
  const parts = phases.flatMap(({ fields }) => fields);
  return [
    ...(names.join() === inOrder.join() && new Set(names).size === names.length
      ? []
      : [`phases are not ${known?.join(', ') ?? 'each named once'}, in that order`]),
    ...(parts.join() === output.join() ? [] : [`phases do not cover the output's ${output.join(', ')}, in that order`]),
    ...(Math.abs(shares - 1) < 1e-6 && phases.every(({ share }) => share >= 0)
      ? []
      : ['the shares of the phases do not sum to 1']),
  ];
};

/** What a task declares and does not hold against its own schemas, in words. */
export const faultsOfRules = (rules: TaskRules, { content, input, output }: Described): string[] => {
  const [asked, answered] = [propertiesOf(input, 'input'), propertiesOf(output, 'output')];
  return [
    ...fieldFaults(rules.fields, asked),
    ...agreeFaults(rules.agree, answered),
    ...pupilFaults(rules.pupil, answered),
    ...packFaults(rules.pack),
    ...phaseFaults(rules.phases, content, Object.keys(answered)),
  ];
};
