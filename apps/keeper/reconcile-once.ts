import { environment, providerNames } from '@winnow/contracts';
import { printUsd } from '@winnow/kernel';
import { createSandboxInvoice } from '@winnow/providers';
import { createDatabase, createReconciliation } from '@winnow/storage';
import { driftOf, reconcile } from './reconcile';

const usage = 2;
const needed = environment.pick({ DATABASE_URL: true, SANDBOX_URL: true, PROVIDER_TIMEOUT_MS: true });

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `npm run reconcile`: the ledger against the provider's invoice, once, by hand. */
const run = async (): Promise<number> => {
  const parsed = needed.safeParse(process.env);
  const url = parsed.data?.SANDBOX_URL;
  if (!parsed.success || url === undefined) {
    say('reconcile: set DATABASE_URL, and SANDBOX_URL: the sandbox has the one invoice that can be read so far');
    return usage;
  }
  // The sandbox lists no call of a real provider: its silence would count as "not billed".
  const keyed = providerNames.find((name) => process.env[`${name.toUpperCase()}_API_KEY`]);
  if (keyed !== undefined) {
    say(`reconcile: real providers are called (${keyed} has a key), and their invoices cannot be read yet`);
    return usage;
  }
  const options = { ledgerPool: 1, restPool: 1, app: 'reconcile', onError: () => undefined };
  const db = createDatabase({ url: parsed.data.DATABASE_URL, ...options });
  try {
    const { compared, ...rest } = await reconcile({
      reader: createSandboxInvoice(url, providerNames),
      books: createReconciliation(db.rest),
      listedWithinMs: parsed.data.PROVIDER_TIMEOUT_MS * 2,
    });
    const providers = compared.map((one) => ({
      provider: one.provider,
      calls: one.calls,
      billed: printUsd(one.billed),
      booked: printUsd(one.booked),
      corrected: one.corrected,
      billedToBooked: driftOf(one),
    }));
    process.stdout.write(`${JSON.stringify({ ...rest, providers })}\n`);
    return 0;
  } finally {
    await db.close();
  }
};

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
