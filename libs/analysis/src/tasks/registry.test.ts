import type { AnyTask } from '@winnow/contracts';
import { hashJson } from '@winnow/kernel';
import { z } from 'zod';
import { renderPrompt } from '../render-prompt';
import { defineTask } from './define-task';
import { builtInTasks, createTaskRegistry, printTask } from './registry';

const version = (n: number, name = 'test.echo') =>
  defineTask({
    name,
    version: n,
    content: 'text',
    about: '',
    input: z.strictObject({}),
    output: z.strictObject({}),
    instructions: () => `version ${n}`,
    checks: {},
    deadline: '1h',
    start: { tier: 'ultra', maxTokens: () => 10, temperature: 0 },
    example: {},
  });

describe('finding a task', () => {
  const [one, two, three] = [1, 2, 3].map((n) => version(n));
  const registry = createTaskRegistry([two!, three!, one!, version(9, 'test.other')]);
  test.each([
    ['the newest', undefined, 3],
    ['the newest, said outright', null, 3],
    ['an older one that is asked for', 1, 1],
    ['one that never was', 4, undefined],
  ])('%s', (_name, asked, found) => expect(registry.find('test.echo', asked)?.version).toBe(found));
  test('underscores are a spelling of hyphens', () =>
    expect(createTaskRegistry([version(1, 'test.two-words')]).find('test.two_words')?.name).toBe('test.two-words'));
  test('another name', () => expect(registry.find('test.nothing')).toBeUndefined());
  test('all, as they were given', () => expect(registry.all().map((task) => task.version)).toEqual([2, 3, 1, 9]));
});

test('no two shipped tasks are one version', () => {
  const names = builtInTasks.map((task) => `${task.name}@${task.version}`);
  expect(new Set(names).size).toBe(names.length);
});

/**
 * A version that has served never changes: its prints are kept here. When this fails, the change asks for a new version beside the old one,
 * and a new line in this table. Prompts of inputs that take another branch are kept as well, since a print only knows the example.
 */
const served: readonly [task: string, print: string][] = [
  ['review.sentiment@1', 'cbd7e77923aae7aa56a1a410c02b6590b0241157be94f1df6c6ab3b96ec2b018'],
  ['review.sentiment@2', '8b71b1e0c980624f0432d3636d15e2b74556a8907c9ee531c2f6dd95a4562c83'],
  ['product.analyse@1', '26361cc6e47e348a298106086df92358c949f3f0ea479810180b00b241436628'],
  ['listing.optimise@1', 'add7e381db40f6ce1f114056828bc2d3e5b396d091f7ff98e3ac92e3c03812fe'],
  ['market.research@1', '4e30f98ae62c9ffd28506ef20cb128642eb8cdcc46c3a77231fa5b7b4a3365e9'],
  ['pricing.suggest@1', 'a60fc5785bd186d1ebbab294a1229e4ebb22b0de1b083fd971ea8c3ff8eac004'],
  ['content.formulation@1', '11ae2dac86b476e409c77bf00c7e111d04bec1fdfe69739650868bef54362aaf'],
  ['content.market-research@1', '3acfb1eb2ba6de654e34e9697fe6824ff5a0b7c2dddc126ec24985536f30a7c4'],
  ['content.branding@1', 'f112e2c7d1502e9e4864e20d8ffaeb1dc9d218608c8ef1fc0e1a1ebdb3f7f846'],
  ['content.costing@1', 'b8d296dbd4a1acbd4e9ff18653486974209f157463c6f2d58662e006e6de6ea3'],
  ['content.scientific@1', 'cec3ce8ea115b4a363569040a9e8e6f5364c6edb915708b86431b61f77f61cf2'],
];
const prompts: readonly [task: string, input: unknown, print: string][] = [
  [
    'review.sentiment@1',
    { text: 'a review', detail: false },
    '1b79643780f61d90959553a8bb146273ca9c1a674e33731651a9e25f4173cc5c',
  ],
  [
    'review.sentiment@1',
    { text: 'a review', product: 'p', category: 'c', detail: true },
    '08562d735754a0f7c6570fa9b6f5cfc34a7041c236c41c2d259ad255f65542b5',
  ],
  [
    'listing.optimise@1',
    { title: 'a product', limits: { title: 60 } },
    '498b35a6d1e1f3d00ce8cdc1710f0d13a7320663d8b9e4f6b3e48329fa27fd6f',
  ],
  ['product.analyse@1', { title: 'a product' }, '33c0d31985f74427d42a6e0cc57dbcbc061545a916e12bf2d1b674b11c69cd79'],
];
const taskNamed = (name: string) => builtInTasks.find((task) => `${task.name}@${task.version}` === name)!;

test('every shipped version has its print here', () =>
  expect(served.map(([name]) => name).sort()).toEqual(
    builtInTasks.map((task) => `${task.name}@${task.version}`).sort(),
  ));

/** Providers that hold a model strictly to a schema take it only so: every object closed, every key required. */
const looseParts = (schema: unknown, path = ''): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  const keys = Object.keys((properties ?? {}) as object);
  const isLoose =
    type === 'object' &&
    (additionalProperties !== false || keys.some((key) => !((required ?? []) as string[]).includes(key)));
  const inner = Object.entries(schema).flatMap(([name, part]) => looseParts(part, `${path}/${name}`));
  return isLoose ? [path, ...inner] : inner;
};

test.each(builtInTasks.map((task) => [`${task.name}@${task.version}`, task] as const))(
  '%s asks for every field of its answer',
  (_name, task) => expect(looseParts(renderPrompt(task, task.example).schema.body)).toEqual([]),
);

test.each(served)('%s is what it was when it first served', (name, print) =>
  expect(printTask(taskNamed(name))).toBe(print),
);

test.each(prompts)('%s asks as it always did', (name, input, print) =>
  expect(hashJson(renderPrompt(taskNamed(name), input))).toBe(print),
);

test.each<[string, Partial<AnyTask>]>([
  ['other words', { instructions: () => 'Say it twice.' }],
  ['another tier', { start: { tier: 'light' as const, maxTokens: () => 10, temperature: 0 } }],
  ['a longer answer', { start: { tier: 'ultra' as const, maxTokens: () => 11, temperature: 0 } }],
  ['another temperature', { start: { tier: 'ultra' as const, maxTokens: () => 10, temperature: 1 } }],
  ['another output', { output: z.strictObject({ more: z.string() }) as never }],
  ['another kind', { content: 'label' as const }],
])('%s is another print', (_name, but) => expect(printTask({ ...version(1), ...but })).not.toBe(printTask(version(1))));
