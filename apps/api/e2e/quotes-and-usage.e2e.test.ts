import { gzipSync } from 'node:zlib';
import type { QuoteOut, ReceiptOut, SavingsReport, SessionOut, UsageOut } from '@winnow/contracts';
import { savingsLines } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';
import { assertReceiptAdds, liftLimits, readBooks, startApps, untilAllDone, type TestApps } from '@winnow/testing';

jest.setTimeout(180_000);

const nano = (text: string): bigint => (text.startsWith('-') ? -parseUsd(text.slice(1)) : parseUsd(text));

const goods = ['Great sound', 'I love the colour', 'Sturdy and light', 'Works as it should', 'The best I have had'];
const bads = ['poor battery', 'it broke after two days', 'the strap is too short', 'support never answered'];

/** Reviews of very different lengths: the next one is never as long as the last. */
const reviewsOf = (count: number, from: number): { text: string }[] =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index;
    const sentences = 1 + ((n * 7) % 23);
    const text = Array.from({ length: sentences }, (_unused, at) =>
      (n + at) % 3 === 0 ? bads[(n + at) % bads.length] : goods[(n * at) % goods.length],
    );
    return { text: `${text.join('. ')}. Order ${n}.` };
  });

interface Extra {
  readonly quote?: string;
  readonly user?: string;
}

const submitAll = async ({ api }: TestApps, inputs: readonly object[], extra: Extra = {}): Promise<void> => {
  let next = 0;
  const client = async (): Promise<void> => {
    for (let n = next++; n < inputs.length; n = next++) {
      const { status, body } = await api.submit({ task: 'review.sentiment', input: inputs[n], ...extra });
      if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
};

const untilRolledUp = async ({ db }: TestApps): Promise<void> => {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    const rows = await db.query<{ n: string }>('SELECT count(*) AS n FROM usage_due');
    if (rows[0]?.n === '0') return;
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error('receipts are still not rolled up');
};

describe('a quote, its jobs, and the accounts that come of them', () => {
  let apps: TestApps;
  beforeAll(async () => {
    // One model for all lengths of review, so that what is known of its answers counts for each.
    apps = await startApps({ env: { WINNOW_ROUTER: 'off' } });
    await liftLimits(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 5 } });
  });
  afterAll(() => apps?.stop());

  const quoteOf = async (inputs: readonly object[]): Promise<QuoteOut> => {
    const { status, body } = await apps.api.send<QuoteOut>('POST', '/api/v1/quotes', {
      body: { task: 'review.sentiment', inputs },
    });
    if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const usage = async (query: string): Promise<UsageOut> =>
    (await apps.api.send<UsageOut>('GET', `/api/v1/usage?${query}`)).body;

  test('a quote spends nothing, counts its rows, and says what it does not know yet', async () => {
    const quote = await quoteOf([...reviewsOf(20, 0), reviewsOf(1, 0)[0] as object, { words: 'no such field' }]);
    expect(quote).toMatchObject({
      rows: { valid: 21, invalid: 1, duplicates: 1 },
      level: 0.95,
      fits: true,
      binding: null,
      basis: { prior: true, observations: 0 },
      quality: { prior: true, floor: 0.8 },
      lanes: [{ lane: 'direct', share: 1 }],
      track: { quotes: 0, inside: 0 },
      actual: { jobs: 0, cost: '0.000000000', inside: null },
    });
    expect(Date.parse(quote.expiresAt) - Date.parse(quote.createdAt)).toBe(15 * 60_000);
    const [low, expected, high, worst] = [quote.cost.low, quote.cost.expected, quote.cost.high, quote.cost.worst].map(
      nano,
    );
    expect(low).toBeLessThan(expected ?? 0n);
    expect(high).toBeGreaterThan(expected ?? 0n);
    expect(worst).toBeGreaterThan(expected ?? 0n);
    expect(
      await apps.db.query('SELECT 1 FROM job UNION ALL SELECT 1 FROM budget UNION ALL SELECT 1 FROM hold'),
    ).toEqual([]);
    const again = await apps.api.send<QuoteOut>('GET', `/api/v1/quotes/${quote.id}`);
    expect(again.body).toEqual(quote);
    const list = await apps.api.send<{ data: QuoteOut[] }>('GET', '/api/v1/quotes');
    expect(list.body.data).toEqual([quote]);
  });

  test.each<[string, object, number]>([
    ['a file', { task: 'review.sentiment', file: 'file_1' }, 422],
    ['no inputs', { task: 'review.sentiment' }, 422],
    ['both', { task: 'review.sentiment', input: { text: 'a' }, inputs: [{ text: 'a' }] }, 422],
    ['none valid', { task: 'review.sentiment', inputs: [{ words: 'a' }] }, 422],
    ['too many', { task: 'review.sentiment', inputs: Array.from({ length: 1_001 }, () => ({ text: 'a' })) }, 422],
    ['no such task', { task: 'review.unknown', input: { text: 'a' } }, 422],
  ])('a quote of %s is refused', async (_name, body, status) => {
    expect((await apps.api.send('POST', '/api/v1/quotes', { body })).status).toBe(status);
  });

  const quoteFile = (query: string, type: string, raw: string | Uint8Array, headers: Record<string, string> = {}) =>
    apps.api.send<QuoteOut>('POST', `/api/v1/quotes?task=review.sentiment${query}`, {
      raw,
      headers: { 'content-type': type, ...headers },
    });
  const csvOf = (reviews: readonly { text: string }[]): string =>
    ['id;review', ...reviews.map(({ text }, n) => `r${n};"${text.replaceAll('"', '""')}"`)].join('\r\n');

  test('a file costs what its rows cost as inputs, however it is written', async () => {
    const reviews = reviewsOf(80, 500);
    const { cost, rows } = await quoteOf(reviews);
    const csv = csvOf(reviews);
    const lines = reviews.map((input, n) => JSON.stringify({ id: `r${n}`, input })).join('\n');
    const files = [
      await quoteFile('&map=text:review', 'text/csv; charset=utf-8', csv),
      await quoteFile('&map=text:review', 'text/csv', gzipSync(csv), { 'content-encoding': 'gzip' }),
      await quoteFile('', 'application/x-ndjson', lines),
    ];
    for (const { status, body } of files)
      expect({ status, cost: body.cost, rows: body.rows }).toEqual({ status: 200, cost, rows });
  });

  test('a sample says that it is one, is the same again, and lies near the whole', async () => {
    const csv = csvOf([...reviewsOf(3_000, 50_000), { text: '' }]);
    const whole = await quoteFile('&map=text:review&sample=500', 'text/csv', csv);
    const [first, second] = [
      await quoteFile('&map=text:review', 'text/csv', csv),
      await quoteFile('&map=text:review', 'text/csv', csv),
    ];
    expect(first.body).toMatchObject({
      count: 3_001,
      rows: { valid: 3_000, invalid: 1, duplicates: 0 },
      basis: { sampled: 100 },
      time: { p50: expect.stringMatching(/^[1-9]\d*[smh]$/), p95: expect.stringMatching(/^[1-9]\d*[smh]$/) },
    });
    expect(second.body.cost).toEqual(first.body.cost);
    const share = Number(nano(first.body.cost.expected)) / Number(nano(whole.body.cost.expected));
    expect(Math.abs(share - 1)).toBeLessThan(0.02);
  });

  test('rows that stand for more are scaled up, and the interval says so', async () => {
    const csv = csvOf(reviewsOf(50, 90_000));
    const given = await quoteFile('&map=text:review', 'text/csv', csv);
    const scaled = await quoteFile('&map=text:review&count=5000', 'text/csv', csv);
    expect(scaled.body).toMatchObject({ count: 5_000, rows: { valid: 50 }, basis: { sampled: 50 } });
    const width = ({ cost }: QuoteOut): number => Number(nano(cost.high)) / Number(nano(cost.low));
    expect(Number(nano(scaled.body.cost.expected)) / Number(nano(given.body.cost.expected))).toBeCloseTo(100, 3);
    expect(width(scaled.body)).toBeGreaterThan(width(given.body));
  });

  test('dryRun answers a submission with its quote and accepts nothing', async () => {
    const { status, body } = await apps.api.send<QuoteOut>('POST', '/api/v1/jobs?dryRun=true', {
      body: { task: 'review.sentiment', input: { text: 'Great sound, poor battery' } },
    });
    expect({ status, object: body.object, rows: body.rows }).toEqual({
      status: 200,
      object: 'quote',
      rows: { valid: 1, invalid: 0, duplicates: 0 },
    });
    expect(await apps.db.query('SELECT 1 FROM job')).toEqual([]);
  });

  test('300 reviews cost what was quoted, and the forecast is scored', async () => {
    await submitAll(apps, reviewsOf(60, 10_000));
    await untilAllDone(apps, 60_000);
    await untilRolledUp(apps);
    const inputs = reviewsOf(300, 0);
    const quote = await quoteOf(inputs);
    expect(quote.basis).toMatchObject({ prior: false, observations: 60 });
    await submitAll(apps, inputs, { quote: quote.id, user: '=kim' });
    await untilAllDone(apps, 90_000);
    await untilRolledUp(apps);
    let scored = quote;
    for (const until = Date.now() + 15_000; scored.actual.inside === null && Date.now() < until;) {
      scored = (await apps.api.send<QuoteOut>('GET', `/api/v1/quotes/${quote.id}`)).body;
      await new Promise((go) => setTimeout(go, 100));
    }
    const rows = await apps.db.query<{ spent: string }>(
      'SELECT sum(spent + over) AS spent FROM job WHERE quote_id IS NOT NULL',
    );
    expect(nano(scored.actual.cost)).toBe(BigInt(rows[0]?.spent ?? -1));
    expect(scored.actual).toMatchObject({ jobs: 300, inside: true });
    expect(scored.track).toEqual({ quotes: 1, inside: 1 });
    const error = Number(nano(scored.actual.cost) - nano(quote.cost.expected)) / Number(nano(scored.actual.cost));
    expect(Math.abs(error)).toBeLessThan(0.1);
  });

  test('a quote of another task, or of nobody, is refused with the job', async () => {
    const { body: quotes } = await apps.api.send<{ data: QuoteOut[] }>('GET', '/api/v1/quotes?limit=1');
    const task = 'product.analyse';
    const asked = await apps.api.submit({ task, input: { title: 'A lamp' }, quote: quotes.data[0]?.id });
    expect(asked.status).toBe(422);
  });

  test.each(['hour', 'day', 'week', 'month'])('by %s, usage equals the ledger to the nano-dollar', async (bucket) => {
    const books = await readBooks(apps.db);
    const found = await usage(`bucket=${bucket}&by=model&by=user`);
    expect(nano(found.total.cost)).toBe(books.jobEntries);
    expect(found.data.reduce((sum, row) => sum + nano(row.cost), 0n)).toBe(books.jobEntries);
    expect(found.total.jobs).toBe(360);
    expect(found.data.reduce((sum, row) => sum + row.jobs, 0)).toBe(360);
    expect(new Set(found.data.map(({ group }) => group.user))).toEqual(new Set([null, '=kim']));
  });

  test('the lines of the savings sum, and stand against both baselines', async () => {
    const { body } = await apps.api.send<SavingsReport>('GET', '/api/v1/savings?by=task&by=key');
    for (const part of [body, ...body.data]) {
      const lines = savingsLines.reduce((sum, line) => sum + nano(part.savings[line]), 0n);
      expect(lines).toBe(nano(part.saved));
      expect(nano(part.saved)).toBe(nano(part.baseline) - nano(part.actual));
      expect(nano(part.plain.saved)).toBe(nano(part.plain.baseline) - nano(part.actual));
    }
    expect(body.quality.n).toBe(360);
    expect(body.data[0]?.group.key).toMatch(/^key_/);
  });

  test('usage as CSV parses, and a name that looks like a formula is text', async () => {
    const { headers, body } = await apps.api.send<string>('GET', '/api/v1/usage?by=user', {
      headers: { accept: 'text/csv' },
    });
    expect(headers.get('content-type')).toMatch(/^text\/csv/);
    const [header = '', ...records] = body.trimEnd().split('\r\n');
    const columns = header.split(',');
    expect(columns.slice(0, 4)).toEqual(['at', 'user', 'jobs', 'attempts']);
    expect(records.map((record) => record.split(',').length)).toEqual(records.map(() => columns.length));
    expect(records.map((record) => record.split(',')[1])).toContain("'=kim");
    const cost = records.reduce((sum, record) => sum + nano(record.split(',')[columns.indexOf('cost')] ?? ''), 0n);
    expect(cost).toBe((await readBooks(apps.db)).jobEntries);
  });

  test('pages of usage neither overlap nor skip', async () => {
    const whole = await usage('by=user');
    const first = await usage('by=user&limit=1');
    const second = await usage(`by=user&limit=1&after=${first.next}`);
    expect([...first.data, ...second.data]).toEqual(whole.data);
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
  });

  test.each([
    'bucket=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z',
    'by=task&by=model&by=lane',
    'limit=1001',
    'from=2026-03-01T00:00:00Z&to=2026-01-01T00:00:00Z',
    'after=abc',
  ])('%s is refused', async (query) => {
    expect((await apps.api.send('GET', `/api/v1/usage?${query}`)).status).toBe(400);
  });

  test('what a user asked for and what it cost', async () => {
    const { body } = await apps.api.send<SessionOut>('GET', `/api/v1/usage/users/${encodeURIComponent('=kim')}`);
    const rows = await apps.db.query<{ spent: string }>(
      'SELECT sum(spent + over) AS spent FROM job WHERE end_user IS NOT NULL',
    );
    expect(body).toMatchObject({ requests: 300, states: { succeeded: 300 }, complete: true, held: '0.000000000' });
    expect(nano(body.cost)).toBe(BigInt(rows[0]?.spent ?? -1));
    const nobody = await apps.api.send<SessionOut>('GET', '/api/v1/usage/users/nobody');
    expect(nobody.body).toMatchObject({ requests: 0, cost: '0.000000000', firstAt: null });
  });

  test('receipts are listed, and each adds up', async () => {
    const { body } = await apps.api.send<{ data: ReceiptOut[]; next: string }>(
      'GET',
      '/api/v1/receipts?limit=100&user=%3Dkim',
    );
    expect(body.data).toHaveLength(100);
    for (const receipt of body.data) {
      assertReceiptAdds(receipt);
      expect(receipt.baselines?.task?.model).toBe(
        receipt.attempts[0]?.model.startsWith('gpt-4o-mini') ? 'gpt-4o-mini' : undefined,
      );
    }
    const [first] = body.data;
    const one = await apps.api.send<ReceiptOut>('GET', `/api/v1/receipts/${first?.id}`);
    expect(one.body).toEqual(first);
    const next = await apps.api.send<{ data: ReceiptOut[] }>(
      'GET',
      `/api/v1/receipts?limit=100&user=%3Dkim&after=${body.next}`,
    );
    expect(next.body.data.some(({ id }) => body.data.some((other) => other.id === id))).toBe(false);
  });
});
