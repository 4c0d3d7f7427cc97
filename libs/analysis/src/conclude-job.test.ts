import type { JobState } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
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
import { concludeJob, type ConcludePorts } from './conclude-job';
import type { Move, MoveVerdict, Verdict } from './ports';

const gpt4o = aPrice('openai/gpt-4o', '2.50', '10');
const paid = anAttempt();
const succeeded: Verdict = { state: 'succeeded', result: { sentiment: 'mixed', score: 0 }, score: 1, checks: [] };

const setUp = (state: JobState, spent = 27_000n) => {
  const clock = createFakeClock();
  const rows = createFakeRows(clock.now);
  const job = aClaimedJob();
  const row = rows.addJob(job, state);
  row.spent = spent;
  const journal = createFakeJournal(rows);
  const at: ConcludePorts = {
    journal,
    catalogue: createFakeCatalogue([], [gpt4o]),
    newReceiptId: uuidv7,
    now: clock.now,
  };
  const conclude = (verdict: Verdict = succeeded, ports = at) =>
    concludeJob(ports, {
      job,
      verdict,
      from: ['running'],
      lines: [{ stage: 'settle', outcome: 'settled', ms: 1 }],
      attempts: [paid],
    });
  return { rows, job, row, at, conclude };
};

test('an end: state, result, receipt and events in one move', async () => {
  const { row, conclude } = setUp('running');
  await expect(conclude()).resolves.toBe('moved');
  expect(row).toMatchObject({ state: 'succeeded', result: succeeded.result });
  expect(row.events.map(({ kind }) => kind)).toEqual(['stage', 'result', 'state', 'done']);
  expect(row.moves).toHaveLength(1);
  expect(row.moves[0]).toMatchObject({ booked: 27_000n, lane: 'direct', model: 'mini-dated', score: 1 });
  assertReceiptAdds(row.receipt!);
});

test('a cancel that came meanwhile wins, and what was paid for is handed over all the same', async () => {
  const { row, conclude } = setUp('canceling');
  await expect(conclude()).resolves.toBe('moved');
  expect(row).toMatchObject({ state: 'canceled', result: succeeded.result });
  expect(row.receipt).toMatchObject({ actual: '0.000027000', baseline: { cost: '0.000000000' } });
  assertReceiptAdds(row.receipt!);
});

test('a cancel wins over a failure too, and leaves no error behind', async () => {
  const { row, conclude } = setUp('canceling');
  await conclude({ state: 'failed', error: { code: 'provider-failed', detail: 'x', retryable: true, attempt: 1 } });
  expect(row.state).toBe('canceled');
  expect(row.error).toBeUndefined();
});

test.each<[string, (row: { fence: number; state: JobState }) => void]>([
  ['another claim has the job', (row) => (row.fence += 1)],
  ['somebody else ended it', (row) => (row.state = 'failed')],
  ['it went back to the queue', (row) => (row.state = 'queued')],
])('%s: lost, and nothing is written', async (_name, change) => {
  const { row, conclude } = setUp('running');
  change(row);
  await expect(conclude()).resolves.toBe('lost');
  expect(row.moves).toHaveLength(0);
  expect(row.receipt).toBeUndefined();
});

test('money that moved meanwhile is read again, so that the receipt does not lie', async () => {
  const { at, row, conclude } = setUp('running', 127_000n);
  const reaped = anAttempt({ n: 2, state: 'unknown', outcome: 'silent', actual: 100_000n, tokens: null, answer: null });
  const journal = { ...at.journal, tell: async () => undefined, attemptsOf: async () => [paid, reaped] };
  await expect(conclude(succeeded, { ...at, journal })).resolves.toBe('moved');
  expect(row.receipt).toMatchObject({ actual: '0.000127000', savings: { escalation: '-0.000100000' } });
  assertReceiptAdds(row.receipt!);
});

test('a cancel and a late bill at once are both seen', async () => {
  const { at, row, conclude } = setUp('canceling', 127_000n);
  const late = anAttempt({ n: 2, state: 'unknown', actual: 100_000n, tokens: null });
  await conclude(succeeded, { ...at, journal: { ...at.journal, attemptsOf: async () => [paid, late] } });
  expect(row).toMatchObject({ state: 'canceled', receipt: { actual: '0.000127000' } });
});

test.each<[MoveVerdict]>([['rebook'], ['canceling']])('it does not try for ever: four times %s', async (verdict) => {
  const { at, conclude } = setUp('running');
  const moves: Move[] = [];
  const journal = {
    move: async (move: Move) => (moves.push(move), verdict),
    tell: async () => undefined,
    attemptsOf: async () => [paid],
    stands: async () => true,
  };
  await expect(conclude(succeeded, { ...at, journal })).resolves.toBe(verdict);
  expect(moves).toHaveLength(4);
  // each try is a receipt of its own: none of them was written
  expect(new Set(moves.map(({ receipt }) => receipt?.id)).size).toBe(4);
});

test('a state that is no end is a fault of the caller', async () => {
  const { conclude } = setUp('running');
  await expect(conclude({ state: 'parked' })).rejects.toThrow('parked is no end');
});

test('without a price of the baseline no receipt can be written', async () => {
  const { at, conclude } = setUp('running');
  await expect(conclude(succeeded, { ...at, catalogue: createFakeCatalogue([]) })).rejects.toThrow(
    /gpt-4o has no price/,
  );
});
