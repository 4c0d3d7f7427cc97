import {
  assertBooksAgree,
  liftLimits,
  readBooks,
  startApps,
  submitMany,
  untilAllDone,
  untilHoldsClosed,
  type TestApps,
} from '@winnow/testing';
import { assertLedgerIsInvoice, reconcileNow } from '../../executor/e2e/lib/two-dollar-day';

jest.setTimeout(180_000);

const timeoutMs = 1_000;
const kinds = ['429', '500', '503', 'cut', 'reset', 'hang', 'bad-json', 'bad-body', 'no-usage'] as const;
const absurd = ['usage-negative', 'usage-nan', 'usage-x3'] as const;

describe('providers that time out, refuse, break off, and state no usage or an absurd one', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({ env: { SWEEP_EVERY_MS: '300', PROVIDER_TIMEOUT_MS: String(timeoutMs) } });
    await liftLimits(apps);
    await apps.sandbox.control({
      latency: { kind: 'uniform', ms: 1, toMs: 30 },
      faults: [...kinds, ...absurd].map((kind) => ({ kind, probability: 0.05 })),
    });
  });
  afterAll(() => apps?.stop());

  test('after reconciliation the ledger is the invoice, call by call, to the nano-dollar', async () => {
    await submitMany(apps.api, 400, 40);
    await untilAllDone(apps, 90_000);
    await untilHoldsClosed(apps, 30_000);
    assertBooksAgree(await readBooks(apps.db));
    const states = await apps.db.query<{ state: string; n: number }>(
      'SELECT state, count(*)::int AS n FROM hold GROUP BY 1 ORDER BY 1',
    );
    expect(states.map(({ state }) => state)).toEqual(['released', 'settled', 'unknown']);
    expect((await readBooks(apps.db)).jobs).not.toBe(await apps.sandbox.billed());

    await new Promise((next) => setTimeout(next, timeoutMs * 2 + 500));
    const outcome = await reconcileNow(apps, timeoutMs);
    expect(outcome).toMatchObject({ strays: 0 });
    await assertLedgerIsInvoice(apps);
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    expect(books.jobs).toBe(await apps.sandbox.billed());
    expect(books.corrections).not.toBe(0n);
    // Twice is once.
    expect(await reconcileNow(apps, timeoutMs)).toMatchObject({ lines: 0, unbilled: 0, providers: [] });
    expect(await readBooks(apps.db)).toEqual(books);
  });
});
