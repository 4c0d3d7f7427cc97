import { jobIn } from '@winnow/contracts';
import { z } from 'zod';
import { faultsOf } from './field-faults';

const good = { task: 'review.sentiment', input: {} };
const faults = (schema: z.ZodType, value: unknown): string[] => {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : faultsOf(parsed.error.issues, value).map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('what is wrong with a body', () => {
  it.each<[string, unknown, string[]]>([
    ['nothing', good, []],
    ['no body', null, [' wrong-type']],
    ['a list', [], [' wrong-type']],
    ['all is missing', {}, ['/task missing', '/input missing']],
    ['a task that is a number', { ...good, task: 1 }, ['/task wrong-type']],
    ['an empty task', { ...good, task: '' }, ['/task too-short']],
    ['a long task', { ...good, task: 'x'.repeat(129) }, ['/task too-long']],
    ['a null task', { ...good, task: null }, ['/task wrong-type']],
    ['an input that is a list', { ...good, input: [] }, ['/input wrong-type']],
    ['version 0', { ...good, version: 0 }, ['/version too-small']],
    ['version 1.5', { ...good, version: 1.5 }, ['/version wrong-type']],
    ['an unknown field', { ...good, 'a/b': 1, c: 2 }, ['/a~1b unknown', '/c unknown']],
    ['quality over 1', { ...good, terms: { quality: 1.1 } }, ['/terms/quality too-large']],
    ['quality under 0', { ...good, terms: { quality: -0.1 } }, ['/terms/quality too-small']],
    ['money as a number', { ...good, terms: { maxCost: 0.05 } }, ['/terms/maxCost wrong-type']],
    ['negative money', { ...good, terms: { maxCost: '-1' } }, ['/terms/maxCost malformed']],
    ['NaN', { ...good, terms: { maxCost: 'NaN' } }, ['/terms/maxCost malformed']],
    ['1e3', { ...good, terms: { maxCost: '1e3' } }, ['/terms/maxCost malformed']],
    ['ten decimals', { ...good, terms: { maxCost: '0.0000000001' } }, ['/terms/maxCost malformed']],
    ['no seconds at all', { ...good, terms: { deadline: '0s' } }, ['/terms/deadline malformed']],
    ['a deadline gone by', { ...good, terms: { deadline: '-1h' } }, ['/terms/deadline malformed']],
    ['30 days', { ...good, terms: { deadline: '30d' } }, []],
    ['31 days', { ...good, terms: { deadline: '31d' } }, ['/terms/deadline too-large']],
    [
      'a year and a day in seconds',
      { ...good, terms: { deadline: '9'.repeat(30) + 's' } },
      ['/terms/deadline too-large'],
    ],
    ['a lane that cannot be avoided', { ...good, avoid: ['direct'] }, ['/avoid/0 not-allowed']],
    ['a lane that is a number', { ...good, avoid: [1] }, ['/avoid/0 wrong-type']],
    ['seven lanes', { ...good, avoid: Array(7).fill('packed') }, ['/avoid too-long']],
    ['a priority', { ...good, priority: 'urgent' }, ['/priority not-allowed']],
    ['metadata that is a number', { ...good, metadata: { a: 1 } }, ['/metadata/a wrong-type']],
    ['a long value', { ...good, metadata: { a: 'x'.repeat(513) } }, ['/metadata/a too-long']],
    ['an empty key', { ...good, metadata: { '': 'x' } }, ['/metadata/ too-short']],
    [
      'seventeen pairs',
      { ...good, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ''])) },
      ['/metadata too-long'],
    ],
    [
      'several at once',
      { task: 1, terms: { quality: 'x' }, extra: true },
      ['/task wrong-type', '/input missing', '/terms/quality wrong-type', '/extra unknown'],
    ],
  ])('%s', (_, body, expected) => {
    expect(faults(jobIn, body)).toEqual(expected);
  });

  it('puts a prefix before the pointer', () => {
    const parsed = z.strictObject({ text: z.string() }).safeParse({});
    expect(faultsOf(parsed.error?.issues ?? [], {}, ['input'])).toEqual([
      { pointer: '/input/text', code: 'missing', detail: 'is required' },
    ]);
  });

  it('tells of at most a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, 1]));
    const parsed = z.strictObject({}).safeParse(many);
    expect(faultsOf(parsed.error?.issues ?? [], many)).toHaveLength(100);
  });
});
