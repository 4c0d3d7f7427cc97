import type { ReceiptOut } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';
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

/** gpt-4o-mini, nano-dollars a token */
const rates = { input: 150n, cacheRead: 75n, output: 600n };

describe('a provider that keeps long prefixes', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({ env: { WINNOW_LADDERS: '*=openai/gpt-4o-mini' } });
    await liftLimits(apps);
    await apps.sandbox.control({ latency: { ms: 0 }, cache: { enabled: true, minTokens: 1_024 } });
  });
  afterAll(() => apps?.stop());

  const long = Array.from({ length: 400 }, (_, n) => `On day ${n} the battery was fine.`).join(' ');
  const run = async (end: string): Promise<ReceiptOut> => {
    const { body } = await apps.api.submit({ task: 'review.sentiment', input: { text: `${long} ${end}` } });
    expect((await apps.api.done(body.id)).state).toBe('succeeded');
    return (await apps.api.receipt(body.id)).body;
  };

  test('the second call with a prefix pays the cached price for it, and the receipt says what that saved', async () => {
    const [first, second] = [await run('Great sound'), await run('Poor screen')];
    const tokens = [first, second].map(({ attempts }) => attempts[0]?.tokens);
    expect(tokens[0]).toMatchObject({ cacheRead: 0 });
    const { input = 0, cacheRead = 0, output = 0 } = tokens[1] ?? {};
    expect(cacheRead).toBeGreaterThanOrEqual(1_024);
    expect(parseUsd(second.actual)).toBe(
      BigInt(input) * rates.input + BigInt(cacheRead) * rates.cacheRead + BigInt(output) * rates.output,
    );
    expect(first.savings['provider-cache']).toBe('0.000000000');
    expect(parseUsd(second.savings['provider-cache'])).toBe(BigInt(cacheRead) * (rates.input - rates.cacheRead));
    for (const receipt of [first, second]) assertReceiptAdds(receipt);
  });

  test('and it is what the provider bills', async () => {
    await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    expect(books.jobs).toBe(await apps.sandbox.billed());
  });
});
