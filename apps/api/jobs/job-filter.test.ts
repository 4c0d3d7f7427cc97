import { encodeId } from '@winnow/kernel';
import { faultsOf } from '../http/field-faults';
import { parseQuery } from '../http/query-string';
import { jobFilterOf, jobListQuery } from './job-filter';

const uuid = '01900000-0000-7abc-8000-00000000ffff';
const job = encodeId('job', uuid);

const faults = (text: string): string[] => {
  const query = parseQuery(text);
  const parsed = jobListQuery.safeParse(query);
  return parsed.success ? [] : faultsOf(parsed.error.issues, query).map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('the query of a list of jobs', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['limit=1', []],
    ['limit=100', []],
    ['limit=0', ['/limit malformed']],
    ['limit=101', ['/limit malformed']],
    ['limit=-1', ['/limit malformed']],
    ['limit=1e2', ['/limit malformed']],
    ['limit=', ['/limit malformed']],
    ['limit=5&limit=6', ['/limit wrong-type']],
    ['offset=5', ['/offset unknown']],
    ['order=asc', []],
    ['order=up', ['/order not-allowed']],
    ['state=queued&state=running', []],
    ['state=done', ['/state wrong-type']],
    ['lane=direct', []],
    ['lane=fast', ['/lane not-allowed']],
    ['batch=x', ['/batch malformed']],
    [`retryOf=${job}`, []],
    ['retryOf=job_1', ['/retryOf malformed']],
    ['createdAfter=2026-11-01T00:00:00Z', []],
    ['createdAfter=2026-11-01T00:00:00%2B01:00', []],
    ['createdAfter=yesterday', ['/createdAfter malformed']],
    ['createdAfter=2026-13-01T00:00:00Z', ['/createdAfter malformed']],
    ['costOver=0.01', []],
    ['costOver=-1', ['/costOver malformed']],
    ['scoreUnder=0.5', []],
    ['scoreUnder=1.1', ['/scoreUnder malformed']],
    ['metadata[a]=1&metadata[b]=2&metadata[c]=3', []],
    ['metadata[a]=1&metadata[b]=2&metadata[c]=3&metadata[d]=4', ['/metadata malformed']],
    ['metadata=a', ['/metadata wrong-type']],
    ['constructor=1', ['/constructor unknown']],
    ['__proto__=1', ['/__proto__ unknown']],
  ])('%j', (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('becomes a filter', () => {
    const text = `state=queued&task=a&retryOf=${job}&costOver=0.01&scoreUnder=0.5&createdAfter=2026-11-01T01:00:00%2B01:00&metadata[k]=v`;
    const filter = jobFilterOf(jobListQuery.parse(parseQuery(text)));
    expect(Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))).toEqual({
      states: ['queued'],
      task: 'a',
      retryOf: uuid,
      costOver: 10_000_000n,
      scoreUnder: 0.5,
      createdAfter: new Date('2026-11-01T00:00:00Z'),
      metadata: { k: 'v' },
    });
  });
});
