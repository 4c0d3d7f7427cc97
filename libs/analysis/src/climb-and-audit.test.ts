import { hashJson, uuidv7 } from '@winnow/kernel';
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
  createFakeLearned,
  createFakeLedger,
  createFakeProviders,
  createFakeRows,
  createFakeSampling,
  fails,
  type Behaviour,
} from '@winnow/testing';
import { createFulfil, type FulfilRunPorts } from './fulfil';
import type { ClaimedJob } from './ports';
import { createTaskRegistry } from './tasks/registry';

const mini = aRung('openai/gpt-mini', 'ultra', '0.15', '0.60');
const oss = aRung('groq/llama', 'ultra', '0.075', '0.30');
const haiku = aRung('anthropic/claude-haiku', 'light', '0.25', '1.25');
const big = aRung('openai/gpt-4o', 'advanced', '2.50', '10');
const flash = aRung('gemini/gemini-flash', 'medium', '0.50', '2');
/** 100 tokens in, 20 out */
const bill = { mini: 27_000n, haiku: 50_000n, big: 450_000n, flash: 90_000n };

// Without detail only the sign of the score is checked: a wrong one scores a half.
const good = answers({ sentiment: 'positive', score: 0.9 });
const poor = answers({ sentiment: 'positive', score: -0.9 });
const other = answers({ sentiment: 'negative', score: -0.9 });

interface World {
  readonly script: readonly Behaviour[];
  readonly sampling?: Parameters<typeof createFakeSampling>[0];
  readonly job?: Partial<ClaimedJob>;
  readonly threshold?: number;
  readonly shut?: Parameters<typeof createFakeGate>[0];
  readonly dayCap?: bigint;
}

const run = async ({ script, sampling, job: but, threshold, shut, dayCap }: World) => {
  const clock = createFakeClock();
  const rows = createFakeRows(clock.now, dayCap);
  const ladder = [mini, oss, haiku, big].map(({ provider, model }, at) => ({
    provider,
    model,
    step: Math.max(0, at - 1),
  }));
  const plan = { tier: 'ultra' as const, lane: 'direct' as const, ladder, why: '', lines: [] };
  const job = aClaimedJob({ plan, ...but });
  const row = rows.addJob(job, 'running');
  const providers = createFakeProviders(script);
  const fakeSampling = createFakeSampling(sampling);
  const at: FulfilRunPorts = {
    ledger: createFakeLedger(rows),
    journal: createFakeJournal(rows),
    providers,
    gate: createFakeGate(shut),
    catalogue: createFakeCatalogue([mini, oss, haiku, flash, big], [aPrice('openai/gpt-4o', '2.50', '10')]),
    tasks: createTaskRegistry(),
    sampling: fakeSampling,
    ...(threshold !== undefined && { learned: createFakeLearned({ threshold: () => threshold }) }),
    tokens: { text: () => 100, chat: () => 50 },
    clock,
    now: clock.now,
    random: () => 0.5,
    newAttemptId: uuidv7,
    newReceiptId: uuidv7,
    hashRequest: hashJson,
    timeoutMs: 30_000,
    leaseMs: 170_000,
    stopping: () => false,
    wait: async (ms) => clock.advance(ms),
  };
  await createFulfil(at)(job);
  const receipt = row.receipt;
  if (receipt !== undefined) assertReceiptAdds(receipt);
  const lines = Object.fromEntries((receipt?.lines ?? []).map(({ stage, outcome }) => [stage, outcome]));
  return {
    row,
    receipt,
    lines,
    providers,
    sampling: fakeSampling,
    models: providers.calls.map(({ rung }) => rung.model),
  };
};

describe('an answer under its floor', () => {
  test('is asked for again one step up, and the better one is handed over', async () => {
    const { row, receipt, lines, models } = await run({ script: [poor, good] });
    expect(models).toEqual(['gpt-mini', 'claude-haiku']);
    expect(row).toMatchObject({ state: 'succeeded', spent: bill.mini + bill.haiku, result: { score: 0.9 } });
    expect(row.moves[0]).toMatchObject({ model: 'claude-haiku-dated', tier: 'light', score: 1 });
    expect(lines).toMatchObject({ score: 'below-floor', escalate: 'climbed' });
    expect(receipt).toMatchObject({
      answer: 2,
      savings: { escalation: '-0.000027000', audit: '0.000000000' },
      quality: { met: true, score: 1, calibrated: false },
      attempts: [
        { n: 1, score: 0.5, purpose: 'answer' },
        { n: 2, score: 1, purpose: 'answer' },
      ],
    });
  });

  test('no better above: the one from further up is handed over, marked as not met', async () => {
    const { row, receipt, models } = await run({ script: [poor, poor] });
    expect(models).toHaveLength(2);
    expect(row).toMatchObject({ state: 'succeeded', spent: bill.mini + bill.haiku });
    expect(receipt).toMatchObject({ answer: 2, quality: { met: false, score: 0.5 } });
  });

  test('no better above, and the terms are strict: it fails, and what was paid for is handed over all the same', async () => {
    const { row, receipt } = await run({ script: [poor, poor], job: { strict: true } });
    expect(row).toMatchObject({
      state: 'failed',
      spent: bill.mini + bill.haiku,
      result: { score: -0.9 },
      error: { code: 'below-floor', retryable: false, attempt: 2 },
    });
    expect(row.error?.detail).toContain('scores 0.5, under the floor of 0.8');
    expect(receipt).toMatchObject({ answer: 2, quality: { met: false, score: 0.5 } });
    expect(receipt?.baseline.cost).not.toBe('0.000000000');
  });

  test('strict terms change nothing for an answer that meets its floor', async () =>
    expect((await run({ script: [good], job: { strict: true } })).row.state).toBe('succeeded'));

  test('worse above: the first is handed over, and both are paid', async () => {
    const { receipt, lines, row } = await run({ script: [good, poor], threshold: 1.01 });
    expect(lines).toMatchObject({ score: 'met', escalate: 'kept' });
    expect(row).toMatchObject({ spent: bill.mini + bill.haiku, result: { score: 0.9 } });
    expect(receipt).toMatchObject({ answer: 1, savings: { escalation: '-0.000050000' } });
  });

  test.each<[string, Omit<World, 'script'>, readonly Behaviour[]]>([
    ['the step above fails', {}, [poor, fails('bad-request'), fails('bad-request')]],
    [
      'the gate is shut above',
      { shut: (target) => (target === 'openai:gpt-mini' ? null : { kind: 'open', ms: 60_000 }) },
      [poor],
    ],
    ['there is no room under the cap', { job: { cap: 60_000n } }, [poor]],
    ['the day has no room', { dayCap: 60_000n }, [poor]],
  ])('%s: what was paid for is handed over', async (_name, world, script) => {
    const { row, receipt } = await run({ script, ...world });
    expect(row).toMatchObject({ state: 'succeeded', spent: bill.mini });
    expect(receipt).toMatchObject({ answer: 1, quality: { met: false } });
  });
});

describe('an answer that is checked', () => {
  const audited = { draw: 0.1 };
  const shadowed = { draw: 0.5 };

  test('by the baseline, which agrees: its price is the audit’s', async () => {
    const { row, receipt, lines, models, sampling } = await run({ script: [good, good], sampling: audited });
    expect(models).toEqual(['gpt-mini', 'gpt-4o']);
    expect(row).toMatchObject({ state: 'succeeded', spent: bill.mini + bill.big });
    expect(lines.audit).toBe('agrees');
    expect(receipt).toMatchObject({
      answer: 1,
      savings: { routed: '0.000423000', escalation: '0.000000000', audit: '-0.000450000' },
      attempts: [
        { purpose: 'answer', outcome: 'ok' },
        { purpose: 'audit', outcome: 'audit' },
      ],
      samples: [
        {
          kind: 'audit',
          subject: 'openai/gpt-mini',
          reference: 'openai/gpt-4o',
          agreed: true,
          value: 1,
          score: 1,
          checks: { schema: 1, 'sign:score': 1 },
          cost: '0.000450000',
        },
      ],
    });
    expect(sampling.spent()).toBeGreaterThan(0n);
  });

  test('by the step above, which says something else: the reference is handed over', async () => {
    const { row, receipt, lines } = await run({ script: [good, other], sampling: shadowed });
    expect(lines.audit).toBe('disagrees');
    expect(row).toMatchObject({ result: { sentiment: 'negative' }, spent: bill.mini + bill.haiku });
    expect(receipt).toMatchObject({
      answer: 1,
      samples: [{ kind: 'shadow', reference: 'anthropic/claude-haiku', agreed: false }],
    });
  });

  test('that was climbed from: both answers are paid already, and are the comparison', async () => {
    const { receipt, models } = await run({ script: [poor, other], sampling: shadowed });
    expect(models).toEqual(['gpt-mini', 'claude-haiku']);
    expect(receipt?.samples).toMatchObject([
      {
        kind: 'shadow',
        subject: 'openai/gpt-mini',
        reference: 'anthropic/claude-haiku',
        agreed: false,
        score: 0.5,
        handedOver: 'reference',
        cost: '0.000000000',
      },
    ]);
    expect((await run({ script: [poor, other] })).receipt?.samples).toEqual([]);
  });

  test('a poorer reference is not handed over', async () => {
    const { row } = await run({ script: [good, poor], sampling: audited });
    expect(row).toMatchObject({ result: { score: 0.9 } });
  });

  test.each<[string, Omit<World, 'script'>, readonly Behaviour[]]>([
    ['the reference fails', { sampling: audited }, [good, fails('server-error')]],
    ['the reference cannot be read', { sampling: audited }, [good, answers('no JSON')]],
    [
      'the gate is shut',
      { sampling: audited, shut: (target) => (target.includes('4o') ? { kind: 'open', ms: 9 } : null) },
      [good],
    ],
    ['checking may cost no more', { sampling: { ...audited, allowance: 100n } }, [good]],
    ['the job may cost no more', { sampling: audited, job: { cap: 100_000n } }, [good]],
    ['it was not drawn', { sampling: { draw: 0.76 } }, [good]],
  ])('%s: the answer stands unchecked', async (_name, world, script) => {
    const { row, receipt } = await run({ script, ...world });
    expect(row).toMatchObject({ state: 'succeeded', result: { score: 0.9 } });
    expect(receipt).toMatchObject({ answer: 1, samples: [] });
    expect(receipt?.savings.escalation).toBe('0.000000000');
  });
});

describe('answers that only a reader can compare', () => {
  const brand = (name: string) =>
    answers({
      names: [name],
      tagline: 'Fresh.',
      tone: 'warm',
      palette: [{ name: 'ink', hex: '#112233' }],
      story: 'A story about a thing.',
    });
  const says = (better: string) => answers({ better, why: 'because' });
  const job = { task: 'content.branding', version: 1, input: { query: 'a tea house' } };
  const judged = (...verdicts: string[]) =>
    run({ script: [brand('Leaf'), brand('Cup'), ...verdicts.map(says)], sampling: { draw: 0.1 }, job });

  test.each([
    ['the reference is better both times', ['second', 'first'], false, 0],
    ['the answer is better both times', ['first', 'second'], true, 1],
    ['a split verdict is a tie', ['first', 'first'], true, 0.5],
  ])('%s', async (_name, verdicts, agreed, value) => {
    const { receipt, models, providers } = await judged(...verdicts);
    expect(models.slice(2)).toEqual(['claude-haiku', 'claude-haiku']);
    const shown = providers.calls.slice(2).map(({ messages }) => messages[1]?.content ?? '');
    expect(shown.map((text) => text.indexOf('Leaf') < text.indexOf('Cup'))).toEqual([true, false]);
    expect(receipt?.samples).toMatchObject([{ agreed, value, reference: 'openai/gpt-4o', cost: '0.000550000' }]);
    expect(receipt?.savings.audit).toBe('-0.000550000');
  });

  test('a judge that fails: the answer stands unjudged, and what was spent is told', async () => {
    const { receipt, lines } = await run({
      script: [brand('Leaf'), brand('Cup'), fails('server-error', { billed: 'no' })],
      sampling: { draw: 0.1 },
      job,
    });
    expect(lines.audit).toBe('not-judged');
    expect(receipt).toMatchObject({ samples: [], savings: { audit: '-0.000450000' } });
  });
});
