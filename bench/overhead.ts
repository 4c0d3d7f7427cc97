import { fork } from 'node:child_process';
import { join } from 'node:path';
import { assertBooksAgree, assertInvoiceAgrees, readBooks, startApps } from '@winnow/testing';
import { Pool } from 'undici';
import { closedLoop } from './lib/closed-loop';
import { median, print, quantile, readOptions, round, spread, tell } from './lib/report';
import { liftRate } from './lib/submit';

const concurrencies = [1, 8, 32, 64] as const;
const fewestCalls = 200;
const callsAClient = 30;

const review = (label: string): string =>
  `Review ${label}: the sound is great and clear, but the battery died after two weeks.`;

const schema = {
  type: 'object',
  properties: {
    sentiment: { type: 'string', enum: ['positive', 'negative', 'mixed', 'neutral'] },
    score: { type: 'number' },
  },
  required: ['sentiment', 'score'],
  additionalProperties: false,
};

/** The same question, asked of the provider by hand. */
const plainCall = (label: string) => ({
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Classify the sentiment of one customer review about a product.' },
    { role: 'user', content: review(label) },
  ],
  max_completion_tokens: 40,
  response_format: { type: 'json_schema', json_schema: { name: 'review_sentiment', strict: true, schema } },
});
const job = (label: string) => ({
  task: 'review.sentiment',
  input: { text: review(label) },
  terms: { deadline: '60s' },
});

interface Way {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (label: string) => unknown;
}

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

const measure = async ({ url, path, headers, body }: Way, clients: number, label: string): Promise<Measured> => {
  const pool = new Pool(url, { connections: clients, pipelining: 1 });
  const count = Math.max(fewestCalls, clients * callsAClient);
  const { seconds, millis } = await closedLoop(clients, count, async (n) => {
    const response = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body(`${label}-${n}`)),
    });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}: ${text.slice(0, 300)}`);
  });
  await pool.close();
  return { p50: quantile(millis, 0.5), p99: quantile(millis, 0.99), perSecond: count / seconds };
};

const startProxy = async (upstream: string): Promise<{ url: string; stop: () => void }> => {
  const child = fork(join(process.cwd(), 'dist', 'bench', 'lib', 'proxy-process.js'), [upstream]);
  const url = await new Promise<string>((ready, fail) => {
    child.once('message', (message) => ready(String(message)));
    child.once('exit', (code) => fail(new Error(`the proxy ended with ${code}`)));
  });
  return { url, stop: () => child.disconnect() };
};

// What a job that runs now costs over the same call made by hand and through a bare proxy: checks, a durable acceptance, a hold, a receipt.
// Alone (one client) for the time that is added, at several concurrencies for what comes out of it at most.
const run = async (): Promise<void> => {
  const options = readOptions();
  tell('starting the apps and the proxy');
  const apps = await startApps({ apps: { collector: 0, executor: 0 }, env: { WINNOW_LOG_LEVEL: 'warn' } });
  const proxy = await startProxy(apps.sandbox.url);
  try {
    await liftRate(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 0 } });
    const toProvider = { path: '/openai/v1/chat/completions', headers: { authorization: 'Bearer s' }, body: plainCall };
    const now = { authorization: `Bearer ${apps.key}`, prefer: 'wait=30' };
    const ways = {
      direct: { ...toProvider, url: apps.sandbox.url },
      proxy: { ...toProvider, url: proxy.url },
      winnow: { url: apps.api.url, path: '/api/v1/jobs', headers: now, body: job },
    };
    type Name = keyof typeof ways;
    const names = Object.keys(ways) as Name[];
    const alone: Record<Name, Measured[]> = { direct: [], proxy: [], winnow: [] };
    const peaks: Record<Name, number[]> = { direct: [], proxy: [], winnow: [] };
    const atOnce: Record<string, number[]> = {};
    for (let n = -1; n < options.runs; n += 1)
      for (const name of names) {
        const all: Measured[] = [];
        for (const clients of n < 0 ? [8] : concurrencies) {
          const got = await measure(ways[name], clients, `${name}-${n}-${clients}`);
          all.push(got);
          if (n >= 0) (atOnce[`${name}${clients}PerSecond`] ??= []).push(got.perSecond);
        }
        if (n < 0 || all[0] === undefined) continue;
        alone[name].push(all[0]);
        peaks[name].push(Math.max(...all.map(({ perSecond }) => perSecond)));
        tell(`run ${n + 1}, ${name}: p50 ${round(all[0].p50)} ms alone, peak ${round(Math.max(...peaks[name]))}/s`);
      }
    assertBooksAgree(await readBooks(apps.db));
    const ours = new Set((await apps.db.query<{ id: string }>('SELECT id FROM attempt')).map(({ id }) => id));
    const invoice = (await apps.sandbox.invoice()).filter(({ clientRequestId }) => ours.has(clientRequestId ?? ''));
    await assertInvoiceAgrees(apps.db, invoice);
    const queued = await apps.db.query('SELECT 1 FROM job WHERE hint > 1 OR deaths > 0');
    if (queued.length > 0) throw new Error(`${queued.length} jobs went the queue's way`);
    const added = (share: 'p50' | 'p99', over: Name): number[] =>
      alone.winnow.map((one, n) => one[share] - (alone[over][n]?.[share] ?? 0));
    print(
      {
        name: 'overhead',
        figures: {
          ...spread('p50Ms', added('p50', 'direct')),
          p99Ms: round(median(added('p99', 'direct'))),
          overProxyP50Ms: round(median(added('p50', 'proxy'))),
          ...spread('peakPerSecond', peaks.winnow),
          ...Object.fromEntries(
            Object.entries(atOnce)
              .filter(([name]) => name.startsWith('winnow'))
              .map(([name, values]) => [name.replace('winnow', 'at'), round(median(values))]),
          ),
        },
        floor: {
          directP50Ms: round(median(alone.direct.map(({ p50 }) => p50))),
          proxyP50Ms: round(median(alone.proxy.map(({ p50 }, n) => p50 - (alone.direct[n]?.p50 ?? 0)))),
          proxyPeakPerSecond: round(median(peaks.proxy)),
          portkeyP50Ms: null,
          portkeyPeakPerSecond: null,
        },
        ratio: { peakToPortkey: null, peakToProxy: round(median(peaks.winnow) / median(peaks.proxy)) },
        notes: [
          `closed loops of ${concurrencies.join(', ')} clients; p50Ms, p99Ms and proxyP50Ms are added to the direct call, one client`,
          'every job was durable before its call left, and ended with a receipt: ledger = invoice',
          'the proxy keeps nothing: no key, no check, no ledger; portkey* until that gateway is installed',
        ],
      },
      options,
    );
  } finally {
    proxy.stop();
    await apps.stop();
  }
};

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
