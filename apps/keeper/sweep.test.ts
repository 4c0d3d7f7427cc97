import type { PathName, QueueName } from '@winnow/contracts';
import type { Overdue } from '@winnow/storage';
import { createSweep } from './sweep';

const row = (id: string, path: PathName, hint = 1): Overdue => ({ id, tenant_id: 't', path, hint });

const setUp = (rows: Overdue[], alive: readonly string[]) => {
  const told: unknown[] = [];
  const sweep = createSweep({
    upkeep: {
      overdue: async () => rows,
      lookLater: async (ids) => void told.push(['look later', ...ids]),
      hintAgain: async (lost) => void told.push(['hint again', ...lost.map(({ id, hint }) => `${id}.${hint}`)]),
    },
    producers: {
      alive: async (queue: QueueName, hints) => {
        told.push(['asked', queue, ...hints.map(({ ref, hint }) => `${ref}.${hint}`)]);
        return new Set(alive);
      },
    },
    onSweep: (hints) => void told.push(['swept', hints]),
  });
  return { sweep, told };
};

test.each<[string, Overdue[], string[], unknown[]]>([
  ['nothing is overdue: Redis is not asked', [], [], []],
  [
    'Redis still has the hint: it is looked at later',
    [row('a', 'intake')],
    ['a'],
    [['asked', 'analyses', 'a.1'], ['look later', 'a'], ['hint again']],
  ],
  [
    'Redis lost it: the next hint',
    [row('a', 'fulfil', 3)],
    [],
    [['asked', 'executions', 'a.3'], ['look later'], ['hint again', 'a.3'], ['swept', 1]],
  ],
  [
    'each queue for itself',
    [row('a', 'intake'), row('b', 'fulfil'), row('c', 'intake')],
    ['c'],
    [
      ['asked', 'analyses', 'a.1', 'c.1'],
      ['look later', 'c'],
      ['hint again', 'a.1'],
      ['swept', 1],
      ['asked', 'executions', 'b.1'],
      ['look later'],
      ['hint again', 'b.1'],
      ['swept', 1],
    ],
  ],
])('%s', async (_name, rows, alive, expected) => {
  const { sweep, told } = setUp(rows, alive);
  await sweep();
  expect(told).toEqual(expected);
});

test('a Redis that cannot be asked: no hint is sent on a guess', async () => {
  const hintAgain = jest.fn();
  const sweep = createSweep({
    upkeep: { overdue: async () => [row('a', 'intake')], lookLater: jest.fn(), hintAgain },
    producers: { alive: () => Promise.reject(new Error('Redis is away')) },
    onSweep: () => undefined,
  });
  await expect(sweep()).rejects.toThrow('Redis is away');
  expect(hintAgain).not.toHaveBeenCalled();
});
