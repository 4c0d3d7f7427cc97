import type { JobOut, ReceiptOut } from '@winnow/contracts';
import {
  assertBooksAgree,
  assertInvoiceAgrees,
  assertReceiptAdds,
  liftLimits,
  readBooks,
  startApps,
  type TestApps,
} from '@winnow/testing';

jest.setTimeout(120_000);

const groq = { provider: 'groq', model: 'llama-3.1-8b-instant' };
const haiku = { provider: 'anthropic', model: 'claude-3-haiku' };
const mini = { provider: 'openai', model: 'gpt-4o-mini' };
const ladder = [groq, haiku, mini].map(({ provider, model }) => `${provider}/${model}`).join('>');
const down = (...targets: readonly (typeof groq)[]) => targets.map((target) => ({ kind: '500', ...target }));

describe('a ladder that an operator wrote, over three providers', () => {
  let apps: TestApps;
  beforeAll(async () => {
    // A breaker that opened would leave a rung out; here each send has to be seen.
    apps = await startApps({ env: { WINNOW_LADDERS: `*=${ladder}`, BREAKER_FAILS: '1000' } });
    await liftLimits(apps);
  });
  beforeEach(async () => {
    await apps.sandbox.reset();
    await apps.sandbox.control({ latency: { ms: 0 } });
  });
  afterAll(() => apps?.stop());

  const run = async (task: string, input: unknown, quality = 0.8): Promise<{ job: JobOut; receipt: ReceiptOut }> => {
    const { status, body } = await apps.api.submit({ task, input, terms: { quality } });
    if (status !== 202) throw new Error(`${task} was answered ${status}: ${JSON.stringify(body)}`);
    const job = await apps.api.done(body.id);
    const receipt = (await apps.api.receipt(body.id)).body;
    assertReceiptAdds(receipt);
    return { job, receipt };
  };
  const sendsOf = ({ attempts }: ReceiptOut): string[] =>
    attempts.map(({ provider, outcome }) => `${provider} ${outcome}`);

  test.each<[string, readonly (typeof groq)[], readonly string[], RegExp]>([
    ['the first answers', [], ['groq ok'], /^llama-3\.1-8b-instant/],
    [
      'the first fails: the second answers',
      [groq],
      ['groq server-error', 'groq server-error', 'anthropic ok'],
      /^claude-3-haiku/,
    ],
    [
      'the first two fail: the third gets the last of the four sends',
      [groq, haiku],
      ['groq server-error', 'groq server-error', 'anthropic server-error', 'openai ok'],
      /^gpt-4o-mini/,
    ],
  ])('%s', async (name, failing, sends, model) => {
    await apps.sandbox.control({ faults: down(...failing) });
    const { job, receipt } = await run('review.sentiment', { text: `Great sound, poor battery (${name})` });
    expect([job.state, sendsOf(receipt)]).toEqual(['succeeded', sends]);
    expect(receipt.attempts.at(-1)?.model).toMatch(model);
    expect(receipt.answer).toBe(sends.length);
  });

  test('all three fail: four sends, nothing paid, and the job says so', async () => {
    await apps.sandbox.control({ faults: down(groq, haiku, mini) });
    const { job, receipt } = await run('review.sentiment', { text: 'Great sound, poor battery (all down)' });
    expect([job.state, job.error?.code, receipt.attempts.length]).toEqual(['failed', 'provider-failed', 4]);
    expect(receipt.actual).toBe('0.000000000');
  });

  test('a poor answer of the first climbs one step, and both are paid', async () => {
    await apps.sandbox.control({ quality: { errorRate: { [groq.model]: 1 } } });
    const { job, receipt } = await run('pricing.suggest', { product: 'Steel bottle', cost: '4.20' }, 0.95);
    expect([job.state, sendsOf(receipt)]).toEqual(['succeeded', ['groq ok', 'anthropic ok']]);
    const [first, second] = receipt.attempts;
    expect(first?.score).toBeLessThan(1);
    expect([second?.score, receipt.answer, receipt.quality.score]).toEqual([1, 2, 1]);
    expect(Number(receipt.savings.escalation)).toBe(-Number(first?.cost));
  });

  test('and the ledger is the invoice', async () => {
    await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    expect(books.jobs).toBe(await apps.sandbox.billed());
  });
});
