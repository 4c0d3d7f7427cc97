import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Invoice } from '../invoice';
import type { InvoiceLine } from '../invoice-line';
import { createSandbox } from '../sandbox';

export interface RunningSandbox {
  readonly url: string;
  readonly control: (patch: object) => Promise<Response>;
  readonly get: <T = Record<string, unknown>>(path: string) => Promise<T>;
  readonly invoice: () => Promise<InvoiceLine[]>;
  /** Instant, without faults, with an invoice that goes on. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A sandbox on a free loopback port, for a test file. */
export async function startSandbox(): Promise<RunningSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const { server, open, stop } = createSandbox(() => undefined);
  open(await Invoice.open(join(folder, 'invoice.jsonl'), false));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const control = (patch: object): Promise<Response> =>
    fetch(`${url}/control`, { method: 'PUT', body: JSON.stringify(patch) });
  const get = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as Promise<T>;
  return {
    url,
    control,
    get,
    invoice: async () => (await get<{ lines: InvoiceLine[] }>('/control/invoice')).lines,
    reset: async () => {
      await fetch(`${url}/control/reset`, { method: 'POST' });
      await control({ latency: { ms: 0 } });
    },
    close: async () => {
      await stop(0);
      await rm(folder, { recursive: true });
    },
  };
}
