import type { JobState } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import type { LooseEnd } from '@winnow/storage';
import {
  aClaimedJob,
  anAttempt,
  aPrice,
  assertReceiptAdds,
  createFakeCatalogue,
  createFakeClock,
  createFakeJournal,
  createFakeRows,
} from '@winnow/testing';
import { createTieLooseEnds } from './tie-loose-ends';

const setUp = (states: readonly JobState[], but: Partial<LooseEnd>[] = []) => {
  const clock = createFakeClock();
  const rows = createFakeRows(clock.now);
  const jobs = states.map((state) => rows.addJob(aClaimedJob({ fence: 4 }), state));
  const ends = jobs.map(({ id, state, fence }, n): LooseEnd => {
    const row = { id, state, fence, floor: 0.8, plan: null, baseline_model: 'gpt-4o' };
    return { ...row, ...but[n] };
  });
  const ended: string[][] = [];
  const faults: [string, string][] = [];
  const ports = {
    journal: createFakeJournal(rows),
    catalogue: createFakeCatalogue([], [aPrice('openai/gpt-4o', '2.50', '10')]),
    newReceiptId: uuidv7,
    now: clock.now,
    upkeep: { looseEnds: async () => ends },
    onEnded: (ids: readonly string[]) => void ended.push([...ids]),
    onFault: (job: string, error: unknown) => void faults.push([job, (error as Error).message]),
  };
  return { ports, jobs, ended, faults };
};

test.each<[JobState, JobState]>([
  ['queued', 'aborted'],
  ['parked', 'aborted'],
  ['canceling', 'canceled'],
])('%s becomes %s, with a receipt', async (from, to) => {
  const { ports, jobs, ended } = setUp([from]);
  await createTieLooseEnds(ports)();
  expect(jobs[0]).toMatchObject({ state: to, receipt: { actual: '0.000000000', lane: null } });
  assertReceiptAdds(jobs[0]!.receipt!);
  expect(ended).toEqual([[jobs[0]!.id]]);
});

test('a cancel whose worker died after it had paid: the receipt says so', async () => {
  const { ports, jobs } = setUp(['canceling']);
  jobs[0]!.spent = 27_000n;
  await createTieLooseEnds({ ...ports, journal: { ...ports.journal, attemptsOf: async () => [anAttempt()] } })();
  expect(jobs[0]).toMatchObject({ state: 'canceled', receipt: { actual: '0.000027000' } });
});

test('a row that a worker claimed meanwhile is the worker’s', async () => {
  const { ports, jobs } = setUp(['queued']);
  jobs[0]!.fence += 1;
  await createTieLooseEnds(ports)();
  expect(jobs[0]).toMatchObject({ state: 'queued', moves: [] });
});

test('one that cannot be ended is told of, and those behind it end', async () => {
  const { ports, jobs, faults } = setUp(['queued', 'queued', 'queued'], [{}, { baseline_model: 'unpriced' }]);
  await createTieLooseEnds(ports)();
  expect(jobs.map(({ state }) => state)).toEqual(['aborted', 'queued', 'aborted']);
  expect(faults).toEqual([[jobs[1]!.id, 'the baseline model unpriced has no price']]);
});

test('no loose ends: nobody is woken', async () => {
  const { ports, ended } = setUp([]);
  await createTieLooseEnds(ports)();
  expect(ended).toEqual([]);
});
