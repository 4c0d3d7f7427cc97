import type { JobOut, ReceiptOut } from '@winnow/contracts';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface ApiClient {
  readonly url: string;
  readonly send: <Body = unknown>(method: string, path: string, options?: RequestOptions) => Promise<Answer<Body>>;
  readonly submit: (body: unknown, headers?: Record<string, string>) => Promise<Answer<JobOut>>;
  readonly job: (id: string, waitSeconds?: number) => Promise<Answer<JobOut>>;
  readonly receipt: (id: string) => Promise<Answer<ReceiptOut>>;
  /** resolves with the job once it is done */
  readonly done: (id: string, withinMs?: number) => Promise<JobOut>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  /** null: no key at all */
  readonly key?: string | null;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

export const createApiClient = (url: string, key: string): ApiClient => {
  const send = async <Body>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<Body>> => {
    const used = options.key === undefined ? key : options.key;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(used === null ? {} : { authorization: `Bearer ${used}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      body:
        (options.raw as string | undefined) ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
    });
    return { status: response.status, headers: response.headers, body: parse(await response.text()) as Body };
  };
  const job = (id: string, waitSeconds?: number): Promise<Answer<JobOut>> =>
    send('GET', `/api/v1/jobs/${id}`, waitSeconds === undefined ? {} : { headers: { prefer: `wait=${waitSeconds}` } });
  return {
    url,
    send,
    submit: (body, headers) => send('POST', '/api/v1/jobs', { body, headers }),
    job,
    receipt: (id) => send('GET', `/api/v1/jobs/${id}/receipt`),
    done: async (id, withinMs = 30_000) => {
      for (const until = Date.now() + withinMs; ;) {
        const { body } = await job(id, 10);
        if (body.done) return body;
        if (Date.now() > until) throw new Error(`job ${id} is still ${body.state} after ${withinMs} ms`);
      }
    },
  };
};
