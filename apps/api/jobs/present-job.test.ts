import { createTaskRegistry } from '@winnow/analysis';
import { jobOut } from '@winnow/contracts';
import { asTenantId, type JobRow } from '@winnow/storage';
import { acceptedRow } from './accepted-row';
import { presentJob } from './present-job';

const at = { tasks: { shipped: createTaskRegistry() }, now: () => new Date('2026-11-21T13:00:00Z') };
const createdAt = new Date('2026-11-21T12:00:00Z');
const deadlineAt = new Date('2026-11-21T12:30:00Z');

const fresh = acceptedRow(
  {
    id: '01900000-0000-7000-8000-000000000001',
    tenantId: asTenantId('01900000-0000-7000-8000-000000000002'),
    task: 'review.sentiment',
    version: 1,
    input: { text: 'secret' },
    inputHash: 'h',
    floor: 0.8,
    deadline: '30m',
    deadlineMs: 1_800_000,
    avoid: [],
    priority: 0,
    whenOver: 'park',
    strict: false,
    endUser: null,
    metadata: { sku: 'B07-1' },
    cap: 50_000_000n,
    queue: 'analyses',
    idempotency: null,
  },
  { createdAt, deadlineAt },
  null,
);

describe('a job as it is shown', () => {
  it.each<[string, Partial<JobRow>]>([
    ['just taken', {}],
    ['running', { state: 'running', stage: 'plan', lane: 'direct', tier: 'ultra', held: 210_000n, attempts: 1 }],
    ['parked', { state: 'parked', parked_until: deadlineAt }],
    ['succeeded', { state: 'succeeded', started_at: createdAt, ended_at: deadlineAt, score: 1, result: { a: 1 } }],
  ])('has its shape when %s, and nothing of its input', (_, change) => {
    const job = presentJob(at, { ...fresh, ...change });
    expect(jobOut.parse(job)).toEqual(job);
    expect(JSON.stringify(job)).not.toContain('secret');
  });

  it.each<[string, Partial<JobRow>, boolean]>([
    ['not begun past its deadline', {}, false],
    ['running past its deadline', { state: 'running', started_at: createdAt }, true],
    ['ended in time', { state: 'succeeded', started_at: createdAt, ended_at: deadlineAt }, false],
    ['ended too late', { state: 'succeeded', started_at: createdAt, ended_at: new Date('2026-11-21T12:30:01Z') }, true],
  ])('%s: late is %p', (_, change, late) => {
    expect(presentJob(at, { ...fresh, ...change }).late).toBe(late);
  });

  it('shows what was billed beyond the holds as spent', () => {
    expect(presentJob(at, { ...fresh, spent: 1n, over: 2n }).cost.spent).toBe('0.000000003');
  });

  it('gives addresses under the public URL', () => {
    const { id, urls } = presentJob({ ...at, publicUrl: 'https://winnow.example' }, fresh);
    expect(urls.cancel).toBe(`https://winnow.example/api/v1/jobs/${id}/cancel`);
  });
});
