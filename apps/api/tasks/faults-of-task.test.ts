import { createTaskRegistry } from '@winnow/analysis';
import type { TaskIn } from '@winnow/contracts';
import { ownTask } from '../e2e/own-task';
import { faultsOfTask, furtherTaskFaults } from './faults-of-task';
import { samplesOf } from './samples-of';

const rung = { provider: 'openai', model: 'm' } as never;
const at = {
  shipped: createTaskRegistry(),
  catalogue: { rungsOf: (tier: string) => (tier === 'premium' ? [] : [rung]) },
};
const sound = ownTask as TaskIn;
const pointers = (body: Partial<TaskIn>) => faultsOfTask(at, body).map(({ pointer }) => pointer);

describe('what is wrong with the body of a task', () => {
  it.each<[string, Partial<TaskIn>, string[]]>([
    ['nothing', {}, []],
    ['a tier without a model that has a price', { tier: 'premium' }, ['/tier']],
    ['the name of a shipped task', { name: 'pricing.suggest' }, ['/name']],
    [
      'an example over 256 KiB',
      {
        input: { ...sound.input, properties: { message: { type: 'string' } } },
        prompt: 'Sort.',
        example: { message: 'x'.repeat(262_144) },
      },
      ['/example'],
    ],
    [
      'an expectation that nothing can be held against',
      {
        agree: { desk: 'skip', quote: 'skip' },
        samples: [{ input: sound.example, expected: { desk: 'other', quote: '' } }],
      },
      ['/samples/0/expected'],
    ],
    ['a schema at fault: its samples are not held against it', { input: {}, example: { x: 1 } }, ['/input/type']],
  ])('%s', (_, change, expected) => {
    expect(pointers({ ...sound, ...change })).toEqual(expect.arrayContaining(expected));
    if (expected.length === 0) expect(pointers({ ...sound, ...change })).toEqual([]);
  });

  it('is told of every part that has its form, where another has not', () => {
    const further = furtherTaskFaults(at)({ ...sound, name: 5, prompt: '{{mail}}', example: {} });
    expect(further.map(({ pointer }) => pointer)).toEqual(['/prompt', '/example/message']);
    expect(furtherTaskFaults(at)('text')).toEqual([]);
    expect(furtherTaskFaults(at)({})).toEqual([]);
  });
});

describe('the samples of a trial', () => {
  const { example } = sound;
  const other = { message: 'another' };
  it.each<[string, TaskIn['samples'], [unknown, unknown][]]>([
    ['the example alone', undefined, [[example, null]]],
    [
      'the example first',
      [{ input: other }],
      [
        [example, null],
        [other, null],
      ],
    ],
    [
      'what is expected of the example',
      [{ input: other }, { input: example, expected: { a: 1 } }],
      [
        [example, { a: 1 }],
        [other, null],
      ],
    ],
  ])('are %s', (_, samples, expected) => {
    expect(samplesOf({ example, samples }).map((one) => [one.input, one.expected])).toEqual(expected);
  });
});
