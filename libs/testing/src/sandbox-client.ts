export interface InvoiceLine {
  readonly n: number;
  readonly model: string;
  readonly clientRequestId: string | null;
  readonly nano: string;
  readonly billed: boolean;
  readonly outcome: string;
}

/** One call as the provider saw it. */
export interface SandboxCall {
  readonly n: number;
  readonly at: string;
  readonly provider: string;
  readonly model: string;
  readonly fault: string | null;
  readonly outcome: string;
  readonly status: number;
  readonly ms: number | null;
}

export interface SandboxClient {
  readonly url: string;
  readonly control: (knobs: unknown) => Promise<void>;
  readonly reset: () => Promise<void>;
  readonly stats: () => Promise<Record<string, number>>;
  /** resolves when the sandbox has seen as many calls, or has as many in flight */
  readonly wait: (what: { calls?: number; inFlight?: number; answers?: number }, withinMs?: number) => Promise<void>;
  /** the last 10,000 calls */
  readonly calls: () => Promise<SandboxCall[]>;
  readonly invoice: () => Promise<InvoiceLine[]>;
  /** nano-dollars of the whole invoice: the sandbox keeps the sum, so it may be asked many times a second */
  readonly billed: () => Promise<bigint>;
}

const page = 1_000;

export const createSandboxClient = (url: string): SandboxClient => {
  const ask = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(`${url}${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  };
  return {
    url,
    control: (knobs) => ask('PUT', '/control', knobs),
    reset: () => ask('POST', '/control/reset'),
    stats: () => ask('GET', '/control/stats'),
    wait: async (what, withinMs = 10_000) => {
      const query = new URLSearchParams(
        Object.entries(what).map(([name, value]): [string, string] => [name, String(value)]),
      );
      query.set('timeoutMs', String(withinMs));
      const { reached } = await ask<{ reached: boolean }>('GET', `/control/wait?${query}`);
      if (!reached) throw new Error(`the sandbox did not see ${JSON.stringify(what)} in ${withinMs} ms`);
    },
    calls: async () => (await ask<{ calls: SandboxCall[] }>('GET', '/control/calls?limit=10000')).calls,
    billed: async () => BigInt((await ask<{ nano: string }>('GET', '/control/invoice/sum')).nano),
    invoice: async () => {
      const lines: InvoiceLine[] = [];
      for (let after = 0; ;) {
        const got = await ask<{ lines: InvoiceLine[]; hasMore: boolean }>(
          'GET',
          `/control/invoice?after=${after}&limit=${page}`,
        );
        lines.push(...got.lines);
        if (!got.hasMore) return lines;
        after = got.lines.at(-1)?.n ?? after;
      }
    },
  };
};
