import { isTerminal, jobIn, jobStates } from './jobs';

const job = { task: 'review.sentiment', input: { text: 'Great sound' } };
const pointers = (body: unknown) =>
  (jobIn.safeParse(body).error?.issues ?? []).map(({ path, code }) => `/${path.join('/')} ${code}`);

test.each([
  ['the least', job],
  [
    'all of it',
    {
      ...job,
      version: 1,
      terms: { quality: 0.9, maxCost: '0.05', deadline: '15m' },
      avoid: ['cached'],
      priority: 'high',
      whenOver: 'refuse',
      metadata: { row: '7' },
    },
  ],
  ['the newest version, said outright', { ...job, version: null }],
  ['nine decimals', { ...job, terms: { maxCost: '0.000000001' } }],
  ['no quality at all', { ...job, terms: { quality: 0 } }],
  ['the longest deadline', { ...job, terms: { deadline: '30d' } }],
  ['an input of nothing', { ...job, input: {} }],
])('%s is taken', (_name, body) => expect(pointers(body)).toEqual([]));

test.each<[string, unknown, string[]]>([
  ['no task', { input: {} }, ['/task invalid_type']],
  ['a field that nobody knows', { ...job, model: 'gpt-4o' }, ['/ unrecognized_keys']],
  ['a term that nobody knows', { ...job, terms: { maxcost: '1' } }, ['/terms unrecognized_keys']],
  ['money as a number', { ...job, terms: { maxCost: 0.05 } }, ['/terms/maxCost invalid_type']],
  ['money below zero', { ...job, terms: { maxCost: '-1' } }, ['/terms/maxCost invalid_format']],
  ['ten decimals', { ...job, terms: { maxCost: '0.0000000001' } }, ['/terms/maxCost invalid_format']],
  ['money with a sign', { ...job, terms: { maxCost: '$1' } }, ['/terms/maxCost invalid_format']],
  ['a quality above one', { ...job, terms: { quality: 1.1 } }, ['/terms/quality too_big']],
  ['a quality in words', { ...job, terms: { quality: 'good' } }, ['/terms/quality invalid_type']],
  ['a deadline in milliseconds', { ...job, terms: { deadline: 900_000 } }, ['/terms/deadline invalid_type']],
  ['a deadline of nothing', { ...job, terms: { deadline: '0s' } }, ['/terms/deadline invalid_format']],
  ['a deadline over 30 days', { ...job, terms: { deadline: '31d' } }, ['/terms/deadline custom']],
  ['a deadline beyond counting', { ...job, terms: { deadline: '99999999999999999999d' } }, ['/terms/deadline custom']],
  ['the plain call cannot be avoided', { ...job, avoid: ['direct'] }, ['/avoid/0 invalid_value']],
  ['version 0', { ...job, version: 0 }, ['/version too_small']],
  ['an input that is a list', { ...job, input: [] }, ['/input invalid_type']],
  ['an input that is a text', { ...job, input: 'Great' }, ['/input invalid_type']],
  [
    '17 pairs of metadata',
    { ...job, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, 'v'])) },
    ['/metadata custom'],
  ],
  ['metadata that is no text', { ...job, metadata: { row: 7 } }, ['/metadata/row invalid_type']],
])('%s is refused', (_name, body, expected) => expect(pointers(body)).toEqual(expected));

test('which states are ends', () =>
  expect(jobStates.filter(isTerminal)).toEqual(['succeeded', 'failed', 'canceled', 'aborted']));
