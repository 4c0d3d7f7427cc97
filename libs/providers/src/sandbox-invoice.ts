import type { InvoiceLine, InvoiceReader } from '@winnow/analysis';
import { fetch } from 'undici';

interface Page {
  readonly id: string;
  readonly startedAt: string;
  readonly last: number;
  readonly lines: readonly {
    readonly n: number;
    readonly clientRequestId: string | null;
    readonly nano: string;
    readonly billed: boolean;
  }[];
  readonly hasMore: boolean;
}

const pageLines = 1_000;
const timeoutMs = 10_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const lineOf = ({ n, clientRequestId, nano, billed }: Page['lines'][number]): InvoiceLine => ({
  n,
  attempt: clientRequestId !== null && uuid.test(clientRequestId) ? clientRequestId : null,
  nanos: billed ? BigInt(nano) : 0n,
});

/** What the simulated providers would bill. They are told the attempt with every call, and write its line before they answer. */
export const createSandboxInvoice = (root: string, providers: readonly string[]): InvoiceReader => ({
  invoice: 'sandbox',
  providers,
  read: async (after) => {
    const url = `${root.replace(/\/+$/, '')}/control/invoice?after=${after}&limit=${pageLines}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`the sandbox's invoice was answered ${response.status}`);
    const page = (await response.json()) as Page;
    const { id, startedAt, last, hasMore } = page;
    return { head: { id, startedAt: new Date(startedAt) }, last, lines: page.lines.map(lineOf), hasMore };
  },
});
