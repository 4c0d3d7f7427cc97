import type { ContentKind, TaskRules } from '@winnow/contracts';
import { z } from 'zod';
import { faultsOfRules } from './faults-of-rules';

const input = z.strictObject({
  text: z.string(),
  note: z.string().optional(),
  size: z.number().int(),
  tags: z.array(z.string()).default([]),
});
const output = z.strictObject({
  label: z.enum(['a', 'b']),
  wide: z.enum(Array.from({ length: 51 }, (_, n) => `l${n}`) as [string, ...string[]]),
  score: z.number(),
  rivals: z.array(z.strictObject({ name: z.string() })),
  demand: z.strictObject({ level: z.enum(['high', 'low']) }),
});
const sound: TaskRules = {
  fields: { text: 'text', note: 'ask', size: 'number', tags: 'set' },
  reuse: { ages: 'pure', join: true, similar: 'off', share: 'tenant' },
  pack: { max: 5, itemTokens: 1_000, answer: 'json' },
  defer: true,
  pupil: ['label', 'demand.level'],
  agree: { label: 'equal', score: { within: 0.1 }, rivals: { setF1: 'name' }, 'demand.level': 'equal', wide: 'skip' },
  phases: [
    { name: 'label', fields: ['label', 'wide'], share: 0.4 },
    { name: 'rest', fields: ['score', 'rivals', 'demand'], share: 0.6 },
  ],
};
const faults = (but: Partial<TaskRules>, content: ContentKind = 'record') =>
  faultsOfRules({ ...sound, ...but }, { content, input, output });
const phase = (name: string, fields: string[], share: number) => ({ name, fields, share });
const all = ['label', 'wide', 'score', 'rivals', 'demand'];

test('a sound one has none', () => expect(faults({})).toEqual([]));

test.each<[Partial<TaskRules>, string]>([
  [{ fields: { ...sound.fields, mood: 'exact' } }, 'fields names mood, which the input does not have'],
  [
    { fields: { ...sound.fields, ['toString' as string]: 'exact' } },
    'fields names toString, which the input does not have',
  ],
  [{ fields: { ...sound.fields, text: 'set' } }, 'fields reads text as set, and it is no array'],
  [{ fields: { ...sound.fields, tags: 'money' } }, 'fields reads tags as money, and it is no string'],
  [
    { fields: { text: 'text', size: 'number', tags: 'set' } },
    'fields does not say how the input’s note enters a key'.replace('’', "'"),
  ],
  [{ agree: { mood: 'equal' } }, 'agree names mood, which the output does not have'],
  [{ agree: { 'demand.size': 'equal' } }, 'agree names demand.size, which the output does not have'],
  [{ agree: { label: { within: 1 } } }, 'agree cannot compare label by {"within":1}'],
  [{ agree: { score: { within: -1 } } }, 'agree cannot compare score by {"within":-1}'],
  [{ agree: { score: 'setF1' } }, 'agree cannot compare score by "setF1"'],
  [{ agree: { rivals: { setF1: 'title' } } }, 'agree cannot compare rivals by {"setF1":"title"}'],
  [{ pupil: ['score'] }, 'pupil names score, which is no enum of up to 50'],
  [{ pupil: ['wide'] }, 'pupil names wide, which is no enum of up to 50'],
  [{ pack: { max: 1, itemTokens: 1, answer: 'json' } }, 'pack is outside 2 to 10 items of at least one token'],
  [{ pack: { max: 11, itemTokens: 1, answer: 'json' } }, 'pack is outside 2 to 10 items of at least one token'],
  [{ phases: [phase('x', all, 0.9)] }, 'the shares of the phases do not sum to 1'],
  [
    { phases: [phase('x', all.slice(1), 1)] },
    "phases do not cover the output's label, wide, score, rivals, demand, in that order",
  ],
  [{ phases: [phase('x', all, 1), phase('x', [], 0)] }, 'phases are not each named once, in that order'],
])('%j', (but, fault) => expect(faults(but)).toEqual([fault]));

test('the kind of content names the phases, and a task may leave some out', () => {
  expect(faults({ phases: [phase('sources', [], 0), phase('findings', all, 1)] }, 'research')).toEqual([]);
  expect(faults({ phases: [phase('findings', all, 1), phase('sources', [], 0)] }, 'research')).toEqual([
    'phases are not sources, findings, comparison, synthesis, advice, in that order',
  ]);
});
