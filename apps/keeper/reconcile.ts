import type { InvoiceHead, InvoiceReader } from '@winnow/analysis';
import type { Compared, InvoiceMark, Reconciliation } from '@winnow/storage';

interface ReconcilePorts {
  readonly reader: InvoiceReader;
  readonly books: Reconciliation;
  /** a call that counts as billed and is not listed so long after it was sent was not billed */
  readonly listedWithinMs: number;
}

export interface Reconciled {
  /** the invoice is another one than was read before: the earlier one is gone */
  readonly replaced: boolean;
  readonly lines: number;
  readonly compared: readonly Compared[];
  /** calls that counted as billed and were not */
  readonly unbilled: number;
  /** calls that were billed without an attempt of ours */
  readonly strays: number;
}

const mostPages = 10_000;
const mostRounds = 10_000;

interface Reading {
  readonly head: InvoiceHead;
  readonly lines: number;
  readonly replaced: boolean;
}

/** Where to read on in the invoice that is there now. One that lost lines which were read already cannot be believed in what it leaves out. */
const placeIn = async (
  { reader, books }: ReconcilePorts,
  mark: InvoiceMark | null,
  head: InvoiceHead,
  last: number,
) => {
  const line = mark?.id === head.id ? mark.line : await books.lineOf(reader.invoice, head.id);
  if (last < line)
    throw new Error(`the invoice ${reader.invoice} ${head.id} ends at line ${last}: ${line} were read of it`);
  return { id: head.id, line };
};

/** Reads what the invoice has got since the last time, a page at a time; another invoice than the last time's from where it was left itself. */
const readOn = async (at: ReconcilePorts): Promise<Reading> => {
  const { reader, books } = at;
  const before = await books.lastMark(reader.invoice);
  let mark = before;
  let count = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const { head, last, lines, hasMore } = await reader.read(mark?.line ?? 0);
    const isOther = mark?.id !== head.id;
    const place = await placeIn(at, mark, head, last);
    if (isOther && place.line !== (mark?.line ?? 0)) {
      mark = place;
      continue;
    }
    await books.keep(reader.invoice, head, lines);
    count += lines.length;
    if (!hasMore || lines.length === 0)
      return { head, lines: count, replaced: before !== null && before.id !== head.id };
    mark = { id: head.id, line: lines.at(-1)?.n ?? place.line };
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

const correctUnbilled = async ({ reader, books, listedWithinMs }: ReconcilePorts, since: Date): Promise<number> => {
  let count = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const corrected = await books.correctUnbilled(reader.providers, since, listedWithinMs);
    if (corrected === 0) break;
    count += corrected;
  }
  return count;
};

/**
 * Holds the ledger against a provider's invoice and books the differences. What is read counts once and what agrees changes nothing, so it
 * may run as often as one likes, also twice at once. Silence of an invoice says something only when it was read to its end,
 * and only of calls that were sent since it began: of those before it, it is an earlier one that is silent because it is gone.
 */
export const reconcile = async (at: ReconcilePorts): Promise<Reconciled> => {
  const { head, lines, replaced } = await readOn(at);
  const compared = await compareAll(at);
  const unbilled = await correctUnbilled(at, head.startedAt);
  return { replaced, lines, compared, unbilled, strays: await at.books.countStrays() };
};

/** Billed ÷ booked, before it was corrected. Nothing booked for what was billed is endlessly off. */
export const driftOf = ({ billed, booked }: Compared): number =>
  booked === billed ? 1 : booked === 0n ? Number.POSITIVE_INFINITY : Number(billed) / Number(booked);
