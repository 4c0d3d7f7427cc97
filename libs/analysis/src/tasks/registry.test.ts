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
  ['product.analyse@1', '26361cc6e47e348a298106086df92358c949f3f0ea479810180b00b241436628'],
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
  ['product.analyse@1', { title: 'a product' }, '33c0d31985f74427d42a6e0cc57dbcbc061545a916e12bf2d1b674b11c69cd79'],
];
const taskNamed = (name: string) => builtInTasks.find((task) => `${task.name}@${task.version}` === name)!;

test('every shipped version has its print here', () =>
  expect(served.map(([name]) => name).sort()).toEqual(
    builtInTasks.map((task) => `${task.name}@${task.version}`).sort(),
  ));

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
