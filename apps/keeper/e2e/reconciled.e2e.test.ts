import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  const untilUnknown = async (least: number): Promise<void> => {
    for (const until = Date.now() + 30_000; ;) {
      const rows = await apps.db.query(
        `SELECT 1 FROM hold h WHERE state = 'unknown' AND actual > 0 AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.attempt = h.id)`,
      );
      if (rows.length >= least) return;
      if (Date.now() > until) throw new Error(`${rows.length} calls are silent`);
      await new Promise((next) => setTimeout(next, 100));
    }
  };

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

  test('an invoice that was deleted releases nothing', async () => {
    await apps.sandbox.control({ faults: [{ kind: 'hang', probability: 1 }] });
    await submitMany(apps.api, 5, 5);
    await untilUnknown(5);
    const before = await readBooks(apps.db);
    for (const sandbox of apps.running('sandbox')) await sandbox.kill('SIGKILL');
    const folder = await mkdtemp(join(tmpdir(), 'invoice-'));
    await apps.start('sandbox', { SANDBOX_INVOICE: join(folder, 'invoice.jsonl') });
    await new Promise((next) => setTimeout(next, timeoutMs * 2 + 500));
    expect(await reconcileNow(apps, timeoutMs)).toMatchObject({ unbilled: 0, strays: 0 });
    expect((await readBooks(apps.db)).corrections).toBe(before.corrections);
    await rm(folder, { recursive: true });
  });
});
