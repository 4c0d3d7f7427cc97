import type { JobState, TaskBody } from '@winnow/contracts';
import { compileDefinition } from '../tasks/from-definition/compile-definition';
import { judgeTrial, type TriedSample } from './judge-trial';

const closed = (properties: object) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const body: TaskBody = {
  input: closed({ text: { type: 'string' } }),
  output: closed({ label: { enum: ['a', 'b'] } }),
  prompt: 'Label {{text}}',
  example: { text: 'x' },
};
const task = compileDefinition('acme.label', 1, body);
const right = { state: 'succeeded' as JobState, score: 1, result: { label: 'a' } as unknown, error: null };
const sample = (job: Partial<typeof right> | null, expected: unknown = null, n = 1): TriedSample => ({
  n,
  expected,
  job: job === null ? null : { ...right, ...job },
});
const spent = { code: 'over-budget' as const, detail: 'no room', retryable: true, attempt: null };

describe('a trial', () => {
  it.each<[string, TriedSample[], string | RegExp]>([
    ['whose samples were answered', [sample({}), sample({ score: 0.5 }, null, 2)], 'live'],
    ['whose sample was answered as expected', [sample({}, { label: 'a' })], 'live'],
    ['that is under way', [sample({}), sample({ state: 'running' }, null, 2)], 'open'],
    ['that waits for its budget', [sample({ state: 'parked' })], 'open'],
    [
      'one of whose samples failed while another runs',
      [sample({ state: 'failed' }), sample({ state: 'queued' }, null, 2)],
      'open',
    ],
    [
      'whose job failed',
      [sample({ state: 'failed', error: spent as never })],
      /^sample 1: its job failed: over-budget, no room$/,
    ],
    ['whose job was canceled', [sample({}), sample({ state: 'canceled' }, null, 2)], /^sample 2: its job canceled$/],
    ['whose answer is poor', [sample({ score: 0.4999 })], /scored 0.4999, under 0.5/],
    ['whose answer was not scored', [sample({ score: null as never })], /scored nothing/],
    ['whose answer does not fit', [sample({ result: { label: 'c' } })], /does not fit the output schema/],
    ['whose answer is another', [sample({}, { label: 'b' })], /not what was expected, in label/],
    ['whose job is gone', [sample(null)], /its job is gone/],
    ['without samples', [], /no samples/],
  ])('%s', (_, samples, expected) => {
    const verdict = judgeTrial(task, samples);
    if (typeof expected === 'string') expect(verdict).toEqual({ kind: expected });
    else expect(verdict).toEqual({ kind: 'refused', reasons: [expect.stringMatching(expected)] });
  });
});
