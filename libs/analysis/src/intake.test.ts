import { uuidv7 } from '@winnow/kernel';
import {
  aClaimedJob,
  anAttempt,
  aPrice,
  aRung,
  assertReceiptAdds,
  createFakeCatalogue,
  createFakeClock,
  createFakeJournal,
  createFakeLearned,
  createFakeRows,
} from '@winnow/testing';
import { createIntake, intakePath, type IntakePorts } from './intake';
import type { AttemptRecord, ClaimedJob } from './ports';
import { createTaskRegistry } from './tasks/registry';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const oss = aRung('groq/oss', 'ultra', '0.075', '0.30');
const gpt4o = aPrice('openai/gpt-4o', '2.50', '10');

const setUp = (but: Partial<ClaimedJob> = {}, attempts: readonly AttemptRecord[] = [], rungs = [mini, oss]) => {
  const clock = createFakeClock();
  const rows = createFakeRows(clock.now);
  const job = aClaimedJob({ state: 'queued', attempts: attempts.length, ...but });
  const row = rows.addJob(job);
  row.spent = attempts.reduce((sum, { actual }) => sum + (actual ?? 0n), 0n);
  const at: IntakePorts = {
    journal: { ...createFakeJournal(rows), attemptsOf: async () => [...attempts] },
    catalogue: createFakeCatalogue(rungs, [gpt4o]),
    tasks: createTaskRegistry(),
    clock,
    now: clock.now,
    newReceiptId: uuidv7,
  };
  return { row, job, at, run: (ports = at) => createIntake(ports)(job) };
};

test('the order of its stages', () => expect(intakePath(setUp().at).stages).toEqual(['route', 'plan']));

test('a job is routed, planned and handed to the executors in one move', async () => {
  const { row, run } = setUp();
  await expect(run()).resolves.toBe('moved');
  expect(row.moves).toHaveLength(1);
  expect(row.moves[0]).toMatchObject({
    from: ['queued'],
    state: 'queued',
    path: 'fulfil',
    queue: 'executions',
    lane: 'direct',
    tier: 'ultra',
    model: 'mini',
    plan: {
      tier: 'ultra',
      lane: 'direct',
      ladder: [
        { provider: 'openai', model: 'mini', step: 0 },
        { provider: 'groq', model: 'oss', step: 0 },
      ],
      why: 'starts at ultra with mini',
      lines: [
        { stage: 'route', outcome: 'ultra', ms: 0 },
        { stage: 'plan', outcome: 'direct', ms: 0 },
      ],
    },
  });
  expect(row.events.map(({ kind }) => kind)).toEqual(['stage', 'stage']);
});

const sent = anAttempt();
const unsent = anAttempt({
  state: 'released',
  outcome: 'unsent',
  actual: 0n,
  sentAt: null,
  tokens: null,
  answer: null,
});

test.each<[string, Partial<ClaimedJob>, AttemptRecord[], { state: string; code?: string; actual: string }]>([
  [
    'the deadline passed in the queue: never charged',
    { deadlinePassed: true },
    [],
    { state: 'aborted', actual: '0.000000000' },
  ],
  [
    'it passed after a hold that was never sent',
    { deadlinePassed: true },
    [unsent],
    { state: 'aborted', actual: '0.000000000' },
  ],
  [
    'a task that this build does not know',
    { version: 7 },
    [],
    { state: 'failed', code: 'internal', actual: '0.000000000' },
  ],
  ['three workers died of it', { deaths: 3 }, [], { state: 'failed', code: 'quarantined', actual: '0.000000000' }],
  [
    'what it paid before it was parked is on its receipt',
    { deaths: 3 },
    [sent],
    { state: 'failed', code: 'quarantined', actual: '0.000027000' },
  ],
])('%s', async (_name, but, attempts, expected) => {
  const { row, run } = setUp(but, attempts);
  await expect(run()).resolves.toBe('moved');
  expect({ state: row.state, code: row.error?.code, actual: row.receipt?.actual }).toEqual({
    code: undefined,
    ...expected,
  });
  assertReceiptAdds(row.receipt!);
});

test('no model has a price: the job fails, and says that trying again may help', async () => {
  const { row, run } = setUp({}, [], []);
  await run();
  expect(row).toMatchObject({ state: 'failed', error: { code: 'provider-failed', retryable: true } });
  expect(row.receipt?.lines).toMatchObject([{ stage: 'route', outcome: 'no-model' }]);
});

test('a job that was parked after it had paid is planned again although its deadline has passed', async () => {
  const { row, run } = setUp({ deadlinePassed: true }, [sent]);
  await run();
  expect(row).toMatchObject({ state: 'queued', moves: [{ path: 'fulfil' }] });
});

test.each<[string, (row: { fence: number; state: string }) => void]>([
  ['canceled meanwhile', (row) => (row.state = 'canceled')],
  ['claimed by another', (row) => (row.fence += 1)],
])('%s: nothing is written', async (_name, change) => {
  const { row, run } = setUp();
  change(row);
  await expect(run()).resolves.toBe('lost');
  expect(row.moves).toHaveLength(0);
});

test('a broken stage is no end of the job: the error goes to whoever runs it', async () => {
  const { at, row, run } = setUp();
  const rungsOf = () => {
    throw new Error('no catalogue');
  };
  await expect(run({ ...at, catalogue: { ...at.catalogue, rungsOf } })).rejects.toThrow('no catalogue');
  expect(row.moves).toHaveLength(0);
});

test('with routing on, the reason says what it was decided by, and the whole of it is kept', async () => {
  const { at, row, run } = setUp();
  await run({ ...at, routing: { mode: 'on', random: () => 0.5 } });
  const { plan } = row.moves[0] ?? {};
  expect(plan?.why).toMatch(/^starts at ultra with mini; complexity 0\.\d\d: technical/);
  expect(plan?.ladder.map(({ model }) => model)).toEqual(['mini', 'oss']);
  expect(plan?.route).toMatchObject({ mode: 'on', router: null, chosen: 'openai/mini', propensity: 1, category: null });
  expect(plan?.lines[0]?.why).toBe(plan?.why);
});

test('what was learned and cannot be read in time costs no job its route', async () => {
  const { at, row, run } = setUp();
  const broken = () => {
    throw new Error('no weights');
  };
  const learned = createFakeLearned({ router: broken });
  await run({ ...at, routing: { mode: 'on', random: () => 0.5, learned } });
  expect(row.moves[0]?.plan).toMatchObject({ tier: 'ultra', lines: [{ stage: 'route', outcome: 'skipped' }, {}] });
  expect(row.moves[0]?.plan?.route).toBeUndefined();
});
