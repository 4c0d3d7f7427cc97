import { hashJson, uuidv7, type GateRefusal } from '@winnow/kernel';
import {
  aClaimedJob,
  answers,
  aPrice,
  aRung,
  assertReceiptAdds,
  createFakeCatalogue,
  createFakeClock,
  createFakeGate,
  createFakeJournal,
  createFakeLedger,
  createFakeProviders,
  createFakeSampling,
  createFakeRows,
  fails,
  type Behaviour,
} from '@winnow/testing';
import fc from 'fast-check';
import { createFulfil, fulfilPath, type FulfilRunPorts } from './fulfil';
import { sizeHold } from './policies/size-hold';
import type { ClaimedJob, Completion, Rung } from './ports';
import { createTaskRegistry } from './tasks/registry';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60', '0.075');
const oss = aRung('groq/oss', 'ultra', '0.075', '0.30');
const gpt4o = aPrice('openai/gpt-4o', '2.50', '10');
const timeoutMs = 30_000;
const leaseMs = 170_000;
/** 50 tokens of messages and 100 of schema by the fake count, 24 of answer: the most that a call of each rung can cost */
const worst = { mini: 36_900n, oss: 18_450n };
/** what the fake providers bill: 100 tokens in, 20 out */
const bill = { mini: 27_000n, oss: 13_500n };

interface World {
  readonly script: readonly Behaviour[];
  readonly job?: Partial<ClaimedJob>;
  readonly ladder?: readonly Rung[];
  readonly dayCap?: bigint;
  readonly shut?: Parameters<typeof createFakeGate>[0];
  readonly ports?: Partial<FulfilRunPorts>;
  /** what other processes do while a call is under way, or before anything is held */
  readonly during?: (world: Running, call: number) => void;
}
type Running = ReturnType<typeof setUp>;

const setUp = ({ script, job: but, ladder = [mini, oss], dayCap, shut, ports, during }: World) => {
  const clock = createFakeClock();
  const rows = createFakeRows(clock.now, dayCap);
  const plan = {
    tier: 'ultra' as const,
    lane: 'direct' as const,
    ladder: [mini, oss].map(({ provider, model }) => ({ provider, model, step: 0 })),
    why: 'starts at ultra with mini',
    lines: [{ stage: 'route', outcome: 'ultra', ms: 0 }],
  };
  const job = aClaimedJob({ plan, ...but });
  const row = rows.addJob(job, 'running');
  const waits: number[] = [];
  const faults: string[] = [];
  const stop = { now: false };
  const providers = createFakeProviders(script, ({ attempt }) => {
    const seen = rows.attempts.get(attempt);
    if (seen?.state !== 'held' || seen.sentAt === null) throw new Error('a call that was not written down as sent');
    during?.(running, providers.calls.length + 1);
  });
  const gate = createFakeGate(shut);
  const at: FulfilRunPorts = {
    ledger: createFakeLedger(rows),
    journal: createFakeJournal(rows),
    providers,
    gate,
    catalogue: createFakeCatalogue(ladder, [gpt4o]),
    tasks: createTaskRegistry(),
    sampling: createFakeSampling(),
    tokens: { text: () => 100, chat: () => 50 },
    clock,
    now: clock.now,
    random: () => 0.5,
    newAttemptId: uuidv7,
    newReceiptId: uuidv7,
    hashRequest: hashJson,
    timeoutMs,
    leaseMs,
    stopping: () => stop.now,
    wait: async (ms) => {
      waits.push(ms);
      clock.advance(ms);
    },
    onUnsettled: (stage, error) => faults.push(`${stage}: ${(error as Error).message}`),
    ...ports,
  };
  const running = { at, rows, row, job, clock, gate, providers, waits, faults, stop, ledger: createFakeLedger(rows) };
  return running;
};

const statesOf = ({ rows }: Running) =>
  [...rows.attempts.values()].map(({ state, closing }) => `${state} ${closing?.outcome ?? '-'}`);

/** True of every fall, whatever happened in it. */
const assertSound = ({ rows, row, gate, providers }: Running): void => {
  expect([...gate.inside]).toEqual([]);
  const attempts = [...rows.attempts.values()];
  expect(attempts.filter(({ state }) => state === 'held')).toEqual([]);
  expect([row.held, rows.day.held]).toEqual([0n, 0n]);
  const booked = attempts.reduce((sum, { actual }) => sum + (actual ?? 0n), 0n);
  expect(row.spent + row.over).toBe(booked);
  expect(rows.day.spent + rows.day.over).toBe(booked);
  expect(providers.calls.length).toBeLessThanOrEqual(4);
  expect(attempts.filter(({ sentAt }) => sentAt !== null)).toHaveLength(providers.calls.length);
  expect(attempts.map(({ n }) => n)).toEqual(attempts.map((_, index) => index + 1));
  if (row.receipt === undefined) return;
  assertReceiptAdds(row.receipt);
  expect(row.receipt.attempts.map(({ id: _, ...attempt }) => attempt.state)).toEqual(
    attempts.map(({ state }) => state),
  );
};

const ok = answers({ sentiment: 'mixed', score: 0.1 });
const notJson = answers('The review is mixed.');
const filtered = answers('', { finish: 'content_filter', usage: { prompt_tokens: 100, completion_tokens: 0 } });
const cutOff = answers('{"sentiment":"mixed",', { finish: 'length' });
const limited = (retryAfterMs?: number) => fails('rate-limited', { retryAfterMs });
const error500 = fails('server-error', { billed: 'no' });
const silent500 = fails('server-error');
const timeout = fails('timeout');

test('the order of its stages', () =>
  expect(fulfilPath(setUp({ script: [] }).at).stages).toEqual([
    'hold',
    'execute',
    'score',
    'escalate',
    'audit',
    'settle',
  ]));

interface Expected {
  readonly state: string;
  readonly code?: string;
  readonly holds: readonly string[];
  readonly models?: readonly string[];
  /** how much each call may answer */
  readonly bounds?: readonly number[];
  readonly spent?: bigint;
  readonly waits?: readonly number[];
}

test.each<[string, readonly Behaviour[], Expected]>([
  ['an answer', [ok], { state: 'succeeded', holds: ['settled ok'], models: ['mini'], spent: bill.mini, waits: [] }],
  [
    '429, then an answer',
    [limited(2_000), ok],
    {
      state: 'succeeded',
      holds: ['released rate-limited', 'settled ok'],
      models: ['mini', 'mini'],
      spent: bill.mini,
      waits: [500, 500, 500, 500],
    },
  ],
  [
    'two explained 500s, then the next rung',
    [error500, error500, ok],
    {
      state: 'succeeded',
      holds: ['released server-error', 'released server-error', 'settled ok'],
      models: ['mini', 'mini', 'oss'],
      spent: bill.oss,
      waits: [500],
    },
  ],
  [
    'a 500 without a word may be billed',
    [silent500, ok],
    { state: 'succeeded', holds: ['unknown server-error', 'settled ok'], spent: worst.mini + bill.mini },
  ],
  [
    'no answer in time, then one: the first stands at its worst case',
    [timeout, ok],
    { state: 'succeeded', holds: ['unknown timeout', 'settled ok'], spent: worst.mini + bill.mini },
  ],
  ['a connection that broke', [fails('reset'), ok], { state: 'succeeded', holds: ['unknown reset', 'settled ok'] }],
  [
    'a connection that was refused',
    [fails('refused-connection'), ok],
    { state: 'succeeded', holds: ['released refused-connection', 'settled ok'], spent: bill.mini },
  ],
  [
    'an answer that is no JSON is paid for, and asked for again',
    [notJson, ok],
    { state: 'succeeded', holds: ['settled invalid', 'settled ok'], spent: 2n * bill.mini },
  ],
  [
    'an answer that is cut off is asked for once more, with more room and a larger hold',
    [cutOff, ok],
    {
      state: 'succeeded',
      holds: ['settled truncated', 'settled ok'],
      models: ['mini', 'mini'],
      bounds: [24, 88],
      spent: 2n * bill.mini,
      waits: [],
    },
  ],
  [
    'cut off twice: a third call would be cut as well',
    [cutOff, cutOff],
    {
      state: 'failed',
      code: 'answer-invalid',
      holds: ['settled truncated', 'settled truncated'],
      bounds: [24, 88],
      spent: 2n * bill.mini,
    },
  ],
  [
    'cut off, then silence: the larger bound goes along to the next rung, and so does its worst case',
    [cutOff, timeout, ok],
    {
      state: 'succeeded',
      holds: ['settled truncated', 'unknown timeout', 'settled ok'],
      models: ['mini', 'mini', 'oss'],
      bounds: [24, 88, 88],
      spent: bill.mini + sizeHold(mini.price, 150, 88) + bill.oss,
    },
  ],
  [
    'never JSON: every send is booked',
    [notJson, notJson, notJson, notJson],
    {
      state: 'failed',
      code: 'answer-invalid',
      holds: ['settled invalid', 'settled invalid', 'settled invalid', 'settled invalid'],
      models: ['mini', 'mini', 'oss', 'oss'],
      spent: 2n * bill.mini + 2n * bill.oss,
    },
  ],
  [
    'silence everywhere',
    [timeout, timeout, timeout, timeout],
    {
      state: 'failed',
      code: 'provider-failed',
      holds: Array<string>(4).fill('unknown timeout'),
      spent: 2n * worst.mini + 2n * worst.oss,
    },
  ],
  [
    'a key that is refused: the other provider answers',
    [fails('auth'), ok],
    { state: 'succeeded', holds: ['released auth', 'settled ok'], models: ['mini', 'oss'], waits: [] },
  ],
  [
    'no credit anywhere',
    [fails('quota'), fails('quota')],
    { state: 'failed', code: 'provider-refused', holds: ['released quota', 'released quota'], spent: 0n },
  ],
  [
    'a filtered answer bills its prompt, and the other provider is asked',
    [filtered, ok],
    {
      state: 'succeeded',
      holds: ['settled content-filter', 'settled ok'],
      models: ['mini', 'oss'],
      spent: 15_000n + bill.oss,
    },
  ],
  [
    'filtered everywhere',
    [filtered, filtered],
    { state: 'failed', code: 'provider-refused', holds: ['settled content-filter', 'settled content-filter'] },
  ],
  [
    'a prompt that is refused by the filter is free',
    [fails('content-filter', { billed: 'no' }), ok],
    { state: 'succeeded', holds: ['released content-filter', 'settled ok'] },
  ],
  [
    'a wait over a minute is not waited for',
    [limited(61_000), ok],
    { state: 'succeeded', holds: ['released rate-limited', 'settled ok'], models: ['mini', 'oss'], waits: [] },
  ],
  [
    'what nobody can read counts as billed',
    [() => Promise.reject(new Error('boom')), ok],
    { state: 'succeeded', holds: ['unknown internal', 'settled ok'], models: ['mini', 'oss'] },
  ],
  [
    'usage that is missing is estimated',
    [answers({ sentiment: 'mixed', score: 0 }, { usage: undefined })],
    { state: 'succeeded', holds: ['settled ok'], spent: 50n * 150n + 100n * 600n },
  ],
  [
    'a cost that the provider states wins over our price, also beyond the hold',
    [answers({ sentiment: 'mixed', score: 0 }, { statedCosts: [0.01] })],
    { state: 'succeeded', holds: ['settled ok'], spent: 10_000_000n },
  ],
  [
    'a stated cost that is absurd does not',
    [answers({ sentiment: 'mixed', score: 0 }, { statedCosts: [-1] })],
    { state: 'succeeded', holds: ['settled ok'], spent: bill.mini },
  ],
  [
    'a bill over its hold goes to over',
    [answers({ sentiment: 'mixed', score: 0 }, { usage: { prompt_tokens: 300, completion_tokens: 60 } })],
    { state: 'succeeded', holds: ['settled ok'], spent: 3n * bill.mini },
  ],
  [
    'text that the database refuses is asked for again',
    [answers('{"sentiment":"mixed","score":0,"summary":"\\u0000"}'), ok],
    { state: 'succeeded', holds: ['settled invalid', 'settled ok'] },
  ],
  [
    'an error of a provider that ends in half a character',
    [
      () => {
        throw new Error(`${'x'.repeat(499)}😀`);
      },
      fails('bad-request'),
    ],
    { state: 'failed', code: 'provider-refused', holds: ['unknown internal', 'released bad-request'] },
  ],
])('%s', async (_name, script, expected) => {
  for (const fused of [false, true]) await assertCame(setUp({ script, ports: { fused } }), expected);
});

const assertCame = async (
  world: Running,
  { state, code, holds, models, bounds, spent, waits }: Expected,
): Promise<void> => {
  // its own account of the attempts is the ledger's: nothing has to be read again
  const journal = { ...world.at.journal, attemptsOf: () => Promise.reject(new Error('a second reading')) };
  await expect(createFulfil({ ...world.at, journal })(world.job)).resolves.toBe('moved');
  expect({ state: world.row.state, code: world.row.error?.code }).toEqual({ state, code });
  expect(statesOf(world)).toEqual(holds);
  if (models !== undefined) expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(models);
  if (bounds !== undefined) expect(world.providers.calls.map(({ maxTokens }) => maxTokens)).toEqual(bounds);
  if (spent !== undefined) expect(world.row.spent + world.row.over).toBe(spent);
  if (waits !== undefined) expect(world.waits).toEqual(waits);
  expect(world.faults).toEqual([]);
  assertSound(world);
};

describe('in few commits', () => {
  const fused = (given: World) => {
    const world = setUp({ ...given, ports: { ...given.ports, fused: true } });
    const asked: string[] = [];
    const { markSent, closeHold, openHold } = world.at.ledger;
    const ledger = {
      openHold,
      markSent: (attempt: string) => (asked.push('send'), markSent(attempt)),
      closeHold: (...closing: Parameters<typeof closeHold>) => (asked.push('close'), closeHold(...closing)),
    };
    return { ...world, asked, at: { ...world.at, ledger } };
  };
  test('a call is written down as sent with its hold, and booked with the end of its job', async () => {
    const world = fused({ script: [ok] });
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('moved');
    expect(world.asked).toEqual([]);
    expect(world.row.receipt?.attempts).toMatchObject([{ state: 'settled', sentAt: expect.any(String) }]);
    assertSound(world);
  });
  test('a claim that lost its job in mid-call books what it paid for all the same', async () => {
    const world = fused({ script: [ok], during: ({ row }) => void (row.fence += 1) });
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('lost');
    expect(statesOf(world)).toEqual(['settled ok']);
    assertSound(world);
  });
  test('an end that cannot be written leaves no bill behind', async () => {
    const world = fused({ script: [ok] });
    const baseline = () => undefined;
    const fulfil = createFulfil({ ...world.at, catalogue: { ...world.at.catalogue, baseline } });
    await expect(fulfil(world.job)).rejects.toThrow('has no price');
    expect([world.asked, statesOf(world)]).toEqual([['close'], ['settled ok']]);
  });
  test('what was planned in memory alone is written with the end, and told', async () => {
    const world = fused({ script: [ok], job: { planIsNew: true } });
    await createFulfil(world.at)(world.job);
    expect(world.row.moves.at(-1)).toMatchObject({ plan: { tier: 'ultra' } });
    expect(world.row.events[0]).toMatchObject({ kind: 'stage', data: { stage: 'route' } });
  });
  test.each<[string, World, object]>([
    [
      'sent back',
      { script: [], ports: { stopping: () => true } },
      { state: 'queued', path: 'intake', queue: 'analyses' },
    ],
    ['parked', { script: [], dayCap: 1n }, { state: 'parked', path: 'intake' }],
  ])('and goes through intake again when it is %s', async (_, given, move) => {
    const world = fused({ ...given, job: { planIsNew: true } });
    await createFulfil(world.at)(world.job);
    expect(world.row.moves.at(-1)).toMatchObject(move);
  });
});

test.each([
  ['what is over the hold stands in `over`', [0.01], { spent: worst.mini, over: 10_000_000n - worst.mini }, false],
  ['an absurd one is flagged', [Number.NaN], { spent: bill.mini, over: 0n }, true],
])('a cost that the provider states: %s', async (_name, statedCosts, money, estimated) => {
  const told: unknown[] = [];
  const world = setUp({ script: [answers({ sentiment: 'mixed', score: 0 }, { statedCosts })] });
  await createFulfil({ ...world.at, onBooked: (booked) => void told.push(booked) })(world.job);
  expect({ spent: world.row.spent, over: world.row.over }).toEqual(money);
  expect(world.row.receipt?.attempts).toMatchObject([{ estimated }]);
  const nanos = money.spent + money.over;
  expect(told).toMatchObject([{ task: 'review.sentiment', provider: 'openai', nanos, useful: true }]);
});

test('what the holds are sized by', () => {
  expect(sizeHold(mini.price, 150, 24)).toBe(worst.mini);
  expect(sizeHold(oss.price, 150, 24)).toBe(worst.oss);
});

describe('money that does not reach', () => {
  test('a larger bound that does not fit under the cap is asked of a cheaper rung, or of none', async () => {
    const room = sizeHold(oss.price, 150, 88);
    const fits = setUp({ script: [cutOff, ok], job: { cap: bill.mini + room } });
    await createFulfil(fits.at)(fits.job);
    expect([fits.row.state, fits.providers.calls.map(({ rung }) => rung.model)]).toEqual([
      'succeeded',
      ['mini', 'oss'],
    ]);
    const none = setUp({ script: [cutOff], job: { cap: bill.mini + room - 1n } });
    await createFulfil(none.at)(none.job);
    expect([none.row.state, none.row.error?.code]).toEqual(['failed', 'answer-invalid']);
    for (const world of [fits, none]) assertSound(world);
  });

  test('a model that gives no longer answers is not asked again', async () => {
    const short = { ...mini, price: { ...mini.price, maxOutput: 24 } };
    const world = setUp({ script: [cutOff, ok], ladder: [short, oss] });
    await createFulfil(world.at)(world.job);
    expect(world.providers.calls.map(({ rung, maxTokens }) => [rung.model, maxTokens])).toEqual([
      ['mini', 24],
      ['oss', 88],
    ]);
    assertSound(world);
  });

  test.each<[string, World, Expected & { until?: boolean }]>([
    [
      'the worst case is over the cap of the job',
      { script: [], job: { cap: worst.oss - 1n } },
      { state: 'failed', code: 'request-cost-too-high', holds: [] },
    ],
    [
      'the first rung is too dear, a later one fits',
      { script: [ok], job: { cap: worst.oss } },
      { state: 'succeeded', holds: ['settled ok'], models: ['oss'] },
    ],
    [
      'the day has room for the cheaper rung alone',
      { script: [ok], dayCap: worst.mini - 1n },
      { state: 'succeeded', holds: ['settled ok'], models: ['oss'] },
    ],
    ['the day is full: parked until it turns', { script: [], dayCap: 1n }, { state: 'parked', holds: [], until: true }],
    [
      'the day is full and the caller would rather know',
      { script: [], dayCap: 1n, job: { whenOver: 'refuse' } },
      { state: 'failed', code: 'over-budget', holds: [] },
    ],
    [
      'the second send does not fit under the cap: the fault of the first is told',
      { script: [timeout], job: { cap: worst.mini + worst.oss - 1n } },
      { state: 'failed', code: 'provider-failed', holds: ['unknown timeout'] },
    ],
    [
      'the second send only fits on the cheaper rung',
      { script: [timeout, ok], job: { cap: worst.mini + worst.oss } },
      { state: 'succeeded', holds: ['unknown timeout', 'settled ok'], models: ['mini', 'oss'] },
    ],
    [
      'the day fills up between two sends: parked, and what was paid stays',
      { script: [timeout], dayCap: worst.mini },
      { state: 'parked', holds: ['unknown timeout'], until: true },
    ],
    [
      'and without parking it fails by what went wrong',
      { script: [timeout], dayCap: worst.mini, job: { whenOver: 'refuse' } },
      { state: 'failed', code: 'provider-failed', holds: ['unknown timeout'] },
    ],
  ])('%s', async (_name, given, { state, code, holds, models, until }) => {
    const world = setUp(given);
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('moved');
    expect({ state: world.row.state, code: world.row.error?.code }).toEqual({ state, code });
    expect(statesOf(world)).toEqual(holds);
    if (models !== undefined) expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(models);
    if (until) expect(world.row).toMatchObject({ parkedUntil: world.rows.day.resetsAt, moves: [{ path: 'intake' }] });
    assertSound(world);
  });

  test('no rung can be called any more', async () => {
    const world = setUp({ script: [], ladder: [] });
    await createFulfil(world.at)(world.job);
    expect(world.row).toMatchObject({ state: 'failed', error: { code: 'provider-failed', retryable: true } });
    assertSound(world);
  });
});

describe('prices', () => {
  const short = (rung: Rung, context: number): Rung => ({ ...rung, price: { ...rung.price, context } });

  test('a rung whose price does not hold for so long a call is passed over', async () => {
    const world = setUp({ script: [ok], ladder: [short(mini, 173), oss] });
    await createFulfil(world.at)(world.job);
    expect(world.row.state).toBe('succeeded');
    expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(['oss']);
    assertSound(world);
  });

  test('every rung is outgrown: refused, and nothing is held', async () => {
    const world = setUp({ script: [], ladder: [short(mini, 173), short(oss, 173)] });
    await createFulfil(world.at)(world.job);
    expect(world.row).toMatchObject({ state: 'failed', error: { code: 'provider-refused', retryable: false } });
    expect(statesOf(world)).toEqual([]);
    assertSound(world);
  });

  test('a provider that bills another service tier than was asked for is paid by that tier’s price', async () => {
    const flex = { ...oss.price, id: 'openai/mini@2026-01-01+flex', serviceTier: 'flex' };
    const rung = { ...mini, others: [flex] };
    const world = setUp({
      script: [(call) => ({ ...(ok(call) as Completion), serviceTier: 'flex' })],
      ladder: [rung, oss],
    });
    await createFulfil(world.at)(world.job);
    expect([...world.rows.attempts.values()].map(({ actual }) => actual)).toEqual([bill.oss]);
    assertSound(world);
  });
});

describe('being told to stop', () => {
  test('canceled before anything was set aside', async () => {
    const world = setUp({ script: [] });
    world.row.state = 'canceling';
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('moved');
    expect([world.row.state, statesOf(world)]).toEqual(['canceled', []]);
    assertSound(world);
  });

  test('canceled between the hold and the send: the hold is given back', async () => {
    const world = setUp({ script: [] });
    const markSent = (attempt: string) => {
      world.row.state = 'canceling';
      return world.ledger.markSent(attempt);
    };
    await createFulfil({ ...world.at, ledger: { ...world.at.ledger, markSent } })(world.job);
    expect([world.row.state, statesOf(world)]).toEqual(['canceled', ['released unsent']]);
    assertSound(world);
  });

  test('canceled during the call: it is booked, and handed over', async () => {
    const world = setUp({ script: [ok], during: ({ row }) => void (row.state = 'canceling') });
    await createFulfil(world.at)(world.job);
    expect(world.row).toMatchObject({ state: 'canceled', spent: bill.mini, result: { sentiment: 'mixed' } });
    assertSound(world);
  });

  test('canceled during a call that fails: no second send', async () => {
    const world = setUp({ script: [timeout], during: ({ row }) => void (row.state = 'canceling') });
    await createFulfil(world.at)(world.job);
    expect([world.row.state, statesOf(world)]).toEqual(['canceled', ['unknown timeout']]);
    assertSound(world);
  });

  test('canceled while it was being parked', async () => {
    const world = setUp({ script: [timeout], dayCap: worst.mini });
    const { move } = world.at.journal;
    const journal = {
      ...world.at.journal,
      move: (one: Parameters<typeof move>[0]) => {
        if (one.state === 'parked') world.row.state = 'canceling';
        return move(one);
      },
    };
    await expect(createFulfil({ ...world.at, journal })(world.job)).resolves.toBe('moved');
    expect(world.row.state).toBe('canceled');
    assertSound(world);
  });

  test('the process stops before the hold: back to the queue at once', async () => {
    const world = setUp({ script: [] });
    world.stop.now = true;
    await createFulfil(world.at)(world.job);
    expect(world.row).toMatchObject({ state: 'queued', moves: [{ path: 'fulfil', queue: 'executions' }] });
    expect(statesOf(world)).toEqual([]);
  });

  test('it stops between the hold and the send: the hold is given back', async () => {
    const world = setUp({ script: [] });
    const openHold = async (request: Parameters<typeof world.ledger.openHold>[0]) => {
      world.stop.now = true;
      return world.ledger.openHold(request);
    };
    await createFulfil({ ...world.at, ledger: { ...world.at.ledger, openHold } })(world.job);
    expect([world.row.state, statesOf(world)]).toEqual(['queued', ['released unsent']]);
    assertSound(world);
  });

  test('it stops during the call: the call is awaited, booked and served', async () => {
    const world = setUp({ script: [ok], during: ({ stop }) => void (stop.now = true) });
    await createFulfil(world.at)(world.job);
    expect([world.row.state, statesOf(world)]).toEqual(['succeeded', ['settled ok']]);
    assertSound(world);
  });

  test('it stops while a Retry-After is waited for: the wait ends, the row goes back', async () => {
    const world = setUp({ script: [limited(2_000)] });
    const wait = async (ms: number) => {
      world.waits.push(ms);
      world.stop.now = world.waits.length === 2;
    };
    await createFulfil({ ...world.at, wait })(world.job);
    expect([world.row.state, world.waits, statesOf(world)]).toEqual(['queued', [500, 500], ['released rate-limited']]);
    assertSound(world);
  });
});

test('a cancel does not wait out a Retry-After: nothing is under way, so the job ends', async () => {
  const world = setUp({ script: [limited(2_000)] });
  const wait = async (ms: number) => {
    world.waits.push(ms);
    world.row.state = 'canceling';
  };
  await createFulfil({ ...world.at, wait })(world.job);
  expect([world.row.state, world.waits.length, statesOf(world)]).toEqual(['canceled', 3, ['released rate-limited']]);
  assertSound(world);
});

describe('another claim', () => {
  test('that came before the send: nothing is sent and nothing is written', async () => {
    const world = setUp({ script: [] });
    const markSent = (attempt: string) => {
      world.row.fence += 1;
      return world.ledger.markSent(attempt);
    };
    await expect(createFulfil({ ...world.at, ledger: { ...world.at.ledger, markSent } })(world.job)).resolves.toBe(
      'lost',
    );
    expect([world.row.state, world.row.moves, statesOf(world)]).toEqual(['running', [], ['released unsent']]);
    assertSound(world);
  });

  test('that came during the call: the answer is booked and kept, but not written to the job', async () => {
    const world = setUp({ script: [ok], during: ({ row }) => void (row.fence += 1) });
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('lost');
    expect([world.row.moves, statesOf(world), world.row.spent]).toEqual([[], ['settled ok'], bill.mini]);
    expect([...world.rows.attempts.values()][0]?.closing?.answer).toContain('mixed');
  });

  test('and then uses that answer instead of buying it again', async () => {
    const world = setUp({ script: [ok], during: ({ row }) => void (row.fence += 1) });
    await createFulfil(world.at)(world.job);
    const next = { ...world.job, fence: world.row.fence, runs: 3, deaths: 1, attempts: 1 };
    const closeHold = () => Promise.reject(new Error('a hold is closed once'));
    await expect(createFulfil({ ...world.at, ledger: { ...world.ledger, closeHold } })(next)).resolves.toBe('moved');
    expect(world.row).toMatchObject({ state: 'succeeded', spent: bill.mini });
    expect(world.providers.calls).toHaveLength(1);
    expect(world.row.receipt?.lines.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      'route ultra',
      'hold paid',
      'execute reused',
      'score met',
      'escalate good',
      'audit not-drawn',
      'settle settled',
    ]);
    assertSound(world);
  });

  test('uses it although its model can no longer be called', async () => {
    const world = setUp({ script: [ok], during: ({ row }) => void (row.fence += 1) });
    await createFulfil(world.at)(world.job);
    const next = { ...world.job, fence: world.row.fence, attempts: 1 };
    await createFulfil({ ...world.at, catalogue: createFakeCatalogue([], [gpt4o]) })(next);
    expect(world.row).toMatchObject({
      state: 'succeeded',
      spent: bill.mini,
      moves: [{ tier: 'ultra', model: 'mini-dated' }],
    });
    assertSound(world);
  });

  test('names the rung that was paid, not the first of the ladder', async () => {
    const world = setUp({
      script: [fails('auth'), ok],
      during: ({ row }, call) => void (row.fence += call === 2 ? 1 : 0),
    });
    await createFulfil(world.at)(world.job);
    await createFulfil(world.at)({ ...world.job, fence: world.row.fence, attempts: 2 });
    expect(world.row.receipt?.lines.find(({ stage }) => stage === 'execute')?.why).toBe('groq oss-dated');
    assertSound(world);
  });

  test('whose worker died in its call: one more call, and the first stands until the keeper closes it', async () => {
    const world = setUp({ script: [() => new Promise(() => undefined), ok] });
    const { at, job, row } = world;
    void createFulfil(at)(job);
    while (world.providers.calls.length === 0) await Promise.resolve();
    row.fence += 1;
    await createFulfil(at)({ ...job, fence: row.fence, deaths: 1, attempts: 1 });
    expect([row.state, statesOf(world)]).toEqual(['succeeded', ['held -', 'settled ok']]);
    expect(row.receipt?.actual).toBe('0.000027000');
    world.ledger.reap();
    expect(row.spent).toBe(worst.mini + bill.mini);
  });

  test('that finds its money moved by the keeper writes what is true', async () => {
    const world = setUp({ script: [ok], during: ({ ledger }) => ledger.reap() });
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('moved');
    expect(statesOf(world)).toEqual(['unknown -']);
    expect(world.row.receipt?.actual).toBe('0.000036900');
    assertSound(world);
  });
});

describe('the gate', () => {
  const opened = { kind: 'open', ms: 50_000 } as const;
  const mineIs =
    (refusal: GateRefusal, times = Infinity) =>
    (target: string, asked: number): GateRefusal | null =>
      target === 'openai:mini' && asked <= times ? refusal : null;

  test.each<[string, GateRefusal]>([
    ['open', opened],
    ['paused', { kind: 'paused', ms: 5_000, why: 'limited' }],
  ])('a rung that is %s is passed over, and nothing is held on it', async (_kind, refusal) => {
    const world = setUp({ script: [ok], shut: mineIs(refusal) });
    await createFulfil(world.at)(world.job);
    expect([world.row.state, statesOf(world), world.waits]).toEqual(['succeeded', ['settled ok'], []]);
    expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(['oss']);
    assertSound(world);
  });

  test.each<[string, GateRefusal]>([
    ['slow', { kind: 'slow', ms: 110 }],
    ['busy', { kind: 'busy', ms: 110 }],
  ])('a rung that is only %s is waited for in place', async (_kind, refusal) => {
    const world = setUp({ script: [ok], shut: mineIs(refusal, 3) });
    const waited: number[] = [];
    await createFulfil({ ...world.at, onGateWait: (_, ms) => waited.push(ms) })(world.job);
    expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(['mini']);
    expect([world.row.state, world.waits, waited]).toEqual(['succeeded', [110, 110, 110], [110, 110, 110]]);
    assertSound(world);
  });

  test.each<[string, World['shut'], number]>([
    ['slow for longer than is waited', mineIs({ kind: 'slow', ms: 5_000 }), 5_500],
    ['slow for ever', mineIs({ kind: 'slow', ms: 300 }), 1_100],
    [
      'shut on every rung: as soon as the first opens',
      (target) => ({ ...opened, ms: target === 'groq:oss' ? 9_000 : 50_000 }),
      9_900,
    ],
    ['shut for an hour: it looks again after a minute', () => ({ ...opened, ms: 3_600_000 }), 66_000],
  ])('%s: the job goes back and holds nothing', async (_name, shut, lookAfterMs) => {
    const world = setUp({ script: [], shut });
    await createFulfil(world.at)(world.job);
    expect(world.row).toMatchObject({ state: 'queued', moves: [{ path: 'intake', lookAfterMs }] });
    expect(world.row.moves[0]?.queue).toBeUndefined();
    expect(world.clock.monotonicMs()).toBeLessThanOrEqual(2_000);
    expect(statesOf(world)).toEqual([]);
    assertSound(world);
  });

  test('behind the deadline nothing is put off: shut rungs end the job', async () => {
    const world = setUp({ script: [limited(7_000)], ladder: [mini] });
    await createFulfil(world.at)(world.job);
    expect(world.row).toMatchObject({ state: 'queued', moves: [{ path: 'intake', lookAfterMs: 7_000 }] });
    const late = { ...world.job, attempts: 1, deadlinePassed: true };
    world.row.state = 'running';
    const gate = createFakeGate(() => opened);
    await createFulfil({ ...world.at, gate })(late);
    expect(world.row).toMatchObject({ state: 'failed', error: { code: 'provider-failed', retryable: true } });
    expect(world.row.error?.detail).toMatch(/deadline is over and openai:mini is open for/);
  });

  test('without the money the pass goes back', async () => {
    const world = setUp({ script: [], dayCap: 1n });
    await createFulfil(world.at)(world.job);
    expect([world.row.state, world.gate.entered, world.gate.withdrawn.length]).toEqual([
      'parked',
      ['openai:mini', 'groq:oss'],
      2,
    ]);
    assertSound(world);
  });

  test('and so it does when the hold, or the last gate before the bytes, breaks', async () => {
    for (const name of ['openHold', 'markSent'] as const) {
      const world = setUp({ script: [] });
      const ledger = { ...world.at.ledger, [name]: () => Promise.reject(new Error('no connection')) };
      await createFulfil({ ...world.at, ledger })(world.job);
      expect([world.gate.inside.size, world.gate.withdrawn.length]).toEqual([0, 1]);
    }
  });

  test('a rung that was passed by while it was shut is come back to before a job is given up', async () => {
    const world = setUp({
      script: [error500, error500, ok],
      shut: (target, asked) => (target === 'openai:mini' && asked === 1 ? opened : null),
    });
    await createFulfil(world.at)(world.job);
    expect(world.row.state).toBe('succeeded');
    expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(['oss', 'oss', 'mini']);
    assertSound(world);
  });

  test('a target that is shut between the gate and the wire is not sent to', async () => {
    const world = setUp({
      script: [ok],
      shut: (target, asked) => (target === 'openai:mini' && asked > 1 ? opened : null),
    });
    const openHold = (request: Parameters<typeof world.ledger.openHold>[0]) => {
      if (request.rung.model === 'mini') world.gate.fallen.add(request.attempt);
      return world.ledger.openHold(request);
    };
    await createFulfil({ ...world.at, ledger: { ...world.at.ledger, openHold } })(world.job);
    expect([statesOf(world), world.waits]).toEqual([['released unsent', 'settled ok'], []]);
    expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(['oss']);
    assertSound(world);
  });

  test('the sends of all claims together are four', async () => {
    const world = setUp({ script: Array<Behaviour>(4).fill(limited(7_000)) });
    let claims = 0;
    for (; world.row.state !== 'failed'; claims += 1) {
      world.row.state = 'running';
      await createFulfil(world.at)({ ...world.job, attempts: world.row.attempts });
      expect(claims).toBeLessThan(5);
    }
    expect(world.providers.calls.map(({ rung }) => rung.model)).toEqual(['mini', 'mini', 'oss', 'oss']);
    expect([claims, world.waits]).toEqual([3, []]);
    expect(world.row.error).toMatchObject({ code: 'provider-failed', retryable: true });
    assertSound(world);
  });
});

describe('what the row says by itself', () => {
  test.each<[string, Partial<ClaimedJob>, string, string | undefined]>([
    ['three workers died while they had it', { deaths: 3 }, 'failed', 'quarantined'],
    ['the deadline passed before anything was sent', { deadlinePassed: true }, 'aborted', undefined],
    ['the task is not known here', { task: 'test.unknown' }, 'failed', 'internal'],
  ])('%s', async (_name, job, state, code) => {
    const prepared = jest.fn(hashJson);
    const world = setUp({ script: [], job, ports: { hashRequest: prepared } });
    await expect(createFulfil(world.at)(world.job)).resolves.toBe('moved');
    expect({ state: world.row.state, code: world.row.error?.code }).toEqual({ state, code });
    // an input that kills whoever looks at it must not be looked at again
    expect(prepared).not.toHaveBeenCalled();
    assertSound(world);
  });

  test('once it has been sent, a deadline that passes does not throw the answer away', async () => {
    const world = setUp({ script: [ok], during: ({ row }) => void (row.fence += 1) });
    await createFulfil(world.at)(world.job);
    await createFulfil(world.at)({ ...world.job, fence: world.row.fence, attempts: 1, deadlinePassed: true });
    expect(world.row.state).toBe('succeeded');
  });
});

describe('what breaks on the way', () => {
  const breaking = (name: 'openHold' | 'markSent' | 'closeHold', world: Running): FulfilRunPorts => ({
    ...world.at,
    ledger: { ...world.at.ledger, [name]: () => Promise.reject(new Error('canceling statement due to lock timeout')) },
  });

  test.each<['openHold' | 'markSent' | 'closeHold', readonly Behaviour[], string[]]>([
    ['openHold', [], []],
    ['markSent', [], ['held -']],
    ['closeHold', [ok], ['held -']],
  ])('%s fails: another run after a pause, and the keeper closes what is open', async (name, script, holds) => {
    const world = setUp({ script });
    await createFulfil(breaking(name, world))(world.job);
    expect(world.row).toMatchObject({ state: 'queued', moves: [{ path: 'fulfil', lookAfterMs: 4_000 }] });
    expect(world.row.moves[0]?.queue).toBeUndefined();
    expect(statesOf(world)).toEqual(holds);
    world.ledger.reap();
    assertSound(world);
  });

  test('the fifth run that breaks is the last', async () => {
    const world = setUp({ script: [], job: { runs: 5 } });
    await createFulfil(breaking('openHold', world))(world.job);
    expect(world.row).toMatchObject({ state: 'failed', error: { code: 'internal', retryable: true } });
    assertSound(world);
  });

  test('a prompt that cannot be made', async () => {
    const hashRequest = () => {
      throw new TypeError('no canonical JSON');
    };
    const world = setUp({ script: [], ports: { hashRequest } });
    await createFulfil(world.at)(world.job);
    expect([world.row.state, world.faults]).toEqual(['queued', ['prepare: no canonical JSON']]);
  });

  test('a check that throws: the answer is paid once, kept, and not bought again', async () => {
    const tasks = createTaskRegistry();
    const broken = {
      ...tasks.find('review.sentiment')!,
      checks: () => {
        throw new Error('a bug of a check');
      },
    };
    const world = setUp({ script: [ok], ports: { tasks: { find: () => broken } } });
    for (let runs = 2; world.row.state !== 'failed'; runs += 1) {
      world.row.state = 'running';
      await createFulfil(world.at)({ ...world.job, runs, attempts: world.row.attempts });
      expect(runs).toBeLessThanOrEqual(5);
    }
    expect(world.providers.calls).toHaveLength(1);
    expect([world.row.error?.code, statesOf(world), world.row.spent]).toEqual(['internal', ['settled ok'], bill.mini]);
    assertSound(world);
  });
});

test('the last send still ends inside the lease, however long the waits were asked to be', async () => {
  const ends: number[] = [];
  const slow: Behaviour = (call) => {
    world.clock.advance(timeoutMs);
    ends.push(world.clock.monotonicMs());
    return limited(2_000)(call);
  };
  const world = setUp({ script: [slow, slow, slow, slow] });
  await createFulfil(world.at)(world.job);
  expect(ends.length).toBeGreaterThan(1);
  expect(Math.max(...ends)).toBeLessThanOrEqual(leaseMs);
  assertSound(world);
});

test('whatever providers, caps and cancels do, every hold is closed, every cap is kept, every receipt adds up', async () => {
  const behaviour = fc.constantFrom(
    ok,
    notJson,
    filtered,
    limited(1_000),
    limited(90_000),
    error500,
    silent500,
    timeout,
    fails('auth'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { minLength: 4, maxLength: 4 }),
      fc.bigInt({ min: 0n, max: 250_000n }),
      fc.bigInt({ min: 0n, max: 250_000n }),
      fc.constantFrom('park', 'refuse'),
      fc.boolean(),
      fc.record({ call: fc.nat(5), what: fc.constantFrom('cancel', 'stop', 'take', 'reap') }),
      async (script, cap, dayCap, whenOver, fused, { call, what }) => {
        const world = setUp({
          script,
          dayCap,
          job: { cap, whenOver },
          ports: { fused },
          during: ({ row, stop, ledger }, n) => {
            if (n !== call) return;
            if (what === 'cancel') row.state = 'canceling';
            if (what === 'stop') stop.now = true;
            if (what === 'take') row.fence += 1;
            if (what === 'reap') ledger.reap();
          },
        });
        const verdict = await createFulfil(world.at)(world.job);
        expect(verdict).toBe(what === 'take' && world.providers.calls.length >= call && call > 0 ? 'lost' : 'moved');
        expect(world.row.state).not.toBe('canceling');
        expect(world.faults).toEqual([]);
        assertSound(world);
      },
    ),
    { numRuns: 300 },
  );
});
