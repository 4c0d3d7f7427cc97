import type { InvoiceReader } from '@winnow/analysis';
import type { Compared, Reconciliation } from '@winnow/storage';

interface ReconcilePorts {
  readonly reader: InvoiceReader;
  readonly books: Reconciliation;
  /** a call that counts as billed and is not listed so long after it was sent was not billed */
  readonly listedWithinMs: number;
}

export interface Reconciled {
  readonly lines: number;
  readonly compared: readonly Compared[];
  /** calls that counted as billed and were not */
  readonly unbilled: number;
  /** calls that were billed without an attempt of ours */
  readonly strays: number;
}

const mostPages = 10_000;
const mostRounds = 10_000;

/** Reads what the invoice has got since the last time, a page at a time. */
const readOn = async ({ reader, books }: ReconcilePorts): Promise<number> => {
  let count = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const { lines, hasMore } = await reader.read(await books.markOf(reader.invoice));
    await books.keep(reader.invoice, lines);
    count += lines.length;
    if (!hasMore || lines.length === 0) return count;
  }
  throw new Error(`the invoice ${reader.invoice} has no end`);
};

const add = (sums: Map<string, Compared>, part: Compared): void => {
  const sum = sums.get(part.provider) ?? { provider: part.provider, calls: 0, billed: 0n, booked: 0n, corrected: 0 };
  sums.set(part.provider, {
    provider: part.provider,
    calls: sum.calls + part.calls,
    billed: sum.billed + part.billed,
    booked: sum.booked + part.booked,
    corrected: sum.corrected + part.corrected,
  });
};

const compareAll = async ({ books }: ReconcilePorts): Promise<Compared[]> => {
  const sums = new Map<string, Compared>();
  for (let round = 0; round < mostRounds; round += 1) {
    const parts = await books.correctBilled();
    if (parts.length === 0) break;
    for (const part of parts) add(sums, part);
  }
  return [...sums.values()];
};

const correctUnbilled = async ({ reader, books, listedWithinMs }: ReconcilePorts): Promise<number> => {
  let count = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const corrected = await books.correctUnbilled(reader.providers, listedWithinMs);
    if (corrected === 0) break;
    count += corrected;
  }
  return count;
};

/**
 * Holds the ledger against a provider's invoice and books the differences. What is read counts once and what agrees changes nothing, so it
 * may run as often as one likes, also twice at once. Silence of an invoice says something only when it was read to its end.
 */
export const reconcile = async (at: ReconcilePorts): Promise<Reconciled> => {
  const lines = await readOn(at);
  const compared = await compareAll(at);
  const unbilled = await correctUnbilled(at);
  return { lines, compared, unbilled, strays: await at.books.countStrays() };
};

/** Billed ÷ booked, before it was corrected. Nothing booked for what was billed is endlessly off. */
export const driftOf = ({ billed, booked }: Compared): number =>
  booked === billed ? 1 : booked === 0n ? Number.POSITIVE_INFINITY : Number(billed) / Number(booked);
