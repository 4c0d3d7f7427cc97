import { z } from 'zod';
import { defineTask } from './define-task';

const sound = {
  name: 'test.echo',
  version: 1,
  content: 'text' as const,
  about: 'Says it again.',
  input: z.strictObject({ text: z.string().min(1) }),
  output: z.strictObject({ text: z.string() }),
  instructions: () => 'Say it again.',
  checks: { 'length:text': () => ({ value: 1 }) },
  deadline: '1h',
  start: { tier: 'ultra' as const, maxTokens: () => 100, temperature: 0 },
  example: { text: 'hello' },
};
const answering = (most: number) => ({ ...sound.start, maxTokens: () => most });

test('what is not declared is careful', () =>
  expect(defineTask(sound)).toMatchObject({
    name: 'test.echo',
    fields: { text: 'exact' },
    reuse: { ages: 'analysis', join: true, similar: 'off', share: 'tenant' },
    pack: null,
    defer: false,
    pupil: [],
    agree: { text: 'equal' },
    phases: [{ name: 'text', fields: ['text'], share: 1 }],
    checkNames: ['length:text'],
  }));

test('checks are run by their names, and one that does not apply is left out', () => {
  const { checks } = defineTask({ ...sound, checks: { ...sound.checks, filled: () => null } });
  expect((checks as (input: unknown, output: unknown) => unknown)({ text: 'a' }, { text: 'a' })).toEqual([
    { name: 'length:text', value: 1 },
  ]);
});

test.each([
  ['a name without an area', { name: 'echo' }, 'task echo@1: the name is not of the form area.verb'],
  ['a name in capitals', { name: 'Test.Echo' }, 'task Test.Echo@1: the name is not of the form area.verb'],
  ['version 0', { version: 0 }, 'task test.echo@0: the version is not a whole number from 1'],
  ['half a version', { version: 1.5 }, 'task test.echo@1.5: the version is not a whole number from 1'],
  [
    'an example that its own schema refuses',
    { example: { text: '' } },
    'task test.echo@1: the example is not a valid input',
  ],
  ['an answer of nothing', { start: answering(0) }, 'task test.echo@1: maxTokens is outside 1 to 16,384'],
  ['an answer without end', { start: answering(16_385) }, 'task test.echo@1: maxTokens is outside 1 to 16,384'],
  ['half a token', { start: answering(1.5) }, 'task test.echo@1: maxTokens is outside 1 to 16,384'],
  [
    'a check without a verifier’s name',
    { checks: { 'Is it good?': () => null } },
    'task test.echo@1: the check Is it good? is not named verifier or verifier:part',
  ],
  [
    'a rule that names nothing',
    { pupil: ['mood'] },
    'task test.echo@1: pupil names mood, which is no enum of up to 50',
  ],
])('%s fails the boot by the task’s name', (_name, but, why) =>
  expect(() => defineTask({ ...sound, ...but })).toThrow(why),
);

test.each([['a.b'], ['review.sentiment'], ['product.seo-title'], ['company.size.guess']])('%s is a name', (name) =>
  expect(defineTask({ ...sound, name }).name).toBe(name),
);
