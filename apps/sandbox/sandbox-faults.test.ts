import OpenAI from 'openai';
import { type RunningSandbox, startSandbox } from './testing/start-sandbox';

let sandbox: RunningSandbox;
let openai: OpenAI;
beforeAll(async () => {
  sandbox = await startSandbox();
  openai = new OpenAI({ apiKey: 'any', baseURL: `${sandbox.url}/v1`, maxRetries: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const ask = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Tell me about the long road.' }],
  response_format: { type: 'json_object' as const },
};
const under = (fault: string, signal?: AbortSignal) => ({ headers: { 'x-sandbox-fault': fault }, signal });
const call = (fault: string) => openai.chat.completions.create(ask, under(fault));
const lastLine = async () => (await sandbox.invoice()).at(-1);
const post = (fault: string) =>
  fetch(`${sandbox.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'x-sandbox-fault': fault },
    body: JSON.stringify(ask),
  });

test.each([
  ['429;retry-after=2', 429, 'rate_limit_exceeded', '2'],
  ['insufficient-quota', 429, 'insufficient_quota', null],
  ['500', 500, null, null],
  ['503;retry-after=1', 503, null, '1'],
  ['content-filter;as=error', 400, 'content_filter', null],
  ['nonsense', 400, null, null],
])('%s is refused and free', async (fault, status, code, retryAfter) => {
  const failure = await call(fault).catch((reason: unknown) => reason as InstanceType<typeof OpenAI.APIError>);
  expect(failure).toMatchObject({ status, code });
  expect((failure as { headers?: Headers }).headers?.get('retry-after') ?? null).toBe(retryAfter);
  expect(await lastLine()).toMatchObject({ outcome: 'refused', billed: false, nano: '0', status });
});

test('reset breaks the connection before a byte, and is free', async () => {
  await expect(call('reset')).rejects.toThrow(OpenAI.APIConnectionError);
  expect(await lastLine()).toMatchObject({ outcome: 'reset', billed: false, status: 0 });
});

test('hang is silent until the client leaves, and is billed unless told otherwise', async () => {
  for (const hangBilled of [true, false]) {
    await sandbox.control({ hangBilled });
    const leave = new AbortController();
    const before = (await sandbox.invoice()).length;
    const hung = openai.chat.completions.create(ask, under('hang', leave.signal));
    hung.catch(() => undefined);
    while ((await sandbox.invoice()).length === before) await new Promise(setImmediate);
    leave.abort();
    await expect(hung).rejects.toThrow(OpenAI.APIUserAbortError);
    expect(await lastLine()).toMatchObject({ outcome: 'hung', billed: hangBilled, status: 0 });
  }
  await expect(call('hang;for-ms=5')).rejects.toThrow(OpenAI.APIConnectionError);
});

test('a cut body ends in the middle, and is billed whole', async () => {
  await expect(call('cut;after=40')).rejects.toThrow();
  const line = await lastLine();
  expect(line).toMatchObject({ outcome: 'cut', billed: true });
  expect(line?.tokens.output).toBeGreaterThan(0);
});

test('a cut stream bills the tokens that left', async () => {
  const stream = await openai.chat.completions.create({ ...ask, stream: true }, under('cut;after=3'));
  let pieces = 0;
  const drain = async () => {
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) pieces += 1;
  };
  await expect(drain()).rejects.toThrow();
  expect([pieces, (await lastLine())?.tokens.output]).toEqual([3, 3]);
});

test('drip sends the whole answer, byte by byte', async () => {
  const { choices } = await call('drip;every-ms=1');
  expect(choices[0]?.finish_reason).toBe('stop');
});

test('what is broken about an answer is billed all the same', async () => {
  const content = async (fault: string) => (await call(fault)).choices[0]?.message.content ?? '';
  const broken = await content('bad-json');
  expect(() => JSON.parse(broken) as unknown).toThrow();
  expect(JSON.parse(await content('wrong-schema'))).toHaveProperty('unexpected');
  expect((await content('big')).length).toBe(5 * 1_024 * 1_024);
  expect(await (await post('bad-body')).text()).toMatch(/^<!doctype html>/);
  const half = await (await post('bad-body;as=json')).text();
  expect(() => JSON.parse(half) as unknown).toThrow();
  for (const line of (await sandbox.invoice()).slice(-5)) expect(line).toMatchObject({ billed: true, status: 200 });
});

test('a filtered answer is empty, and bills its prompt', async () => {
  expect((await call('content-filter')).choices[0]).toMatchObject({ finish_reason: 'content_filter' });
  expect((await lastLine())?.tokens.output).toBe(0);
});

test('usage may lie; the invoice follows it only when it is dearer', async () => {
  const honest = (await call('no-usage'), await lastLine());
  expect((await call('no-usage')).usage).toBeUndefined();
  expect((await call('usage-negative')).usage?.prompt_tokens).toBe(-(honest?.tokens.input ?? 0));
  expect((await call('usage-nan')).usage?.prompt_tokens).toBe('NaN');
  expect(await lastLine()).toMatchObject({ nano: honest?.nano, tokens: honest?.tokens });
  const { usage } = await call('usage-x3');
  expect(usage?.prompt_tokens).toBe(3 * (honest?.tokens.input ?? 0));
  expect((await lastLine())?.nano).toBe(String(3n * BigInt(honest?.nano ?? 0)));
});

test('rules fail the calls they name, in a row', async () => {
  await sandbox.control({ faults: [{ kind: '500', nth: [1, 2] }] });
  const statuses = [];
  for (let i = 0; i < 3; i += 1) {
    statuses.push(
      await openai.chat.completions.create(ask).then(
        () => 200,
        (reason: { status: number }) => reason.status,
      ),
    );
  }
  expect(statuses).toEqual([500, 500, 200]);
  expect(await sandbox.get('/control/stats')).toMatchObject({ byFault: { '500': 2 }, answers: 1 });
});

test('a client that leaves while it waits is billed: the work was done', async () => {
  await sandbox.control({ hold: true });
  const leave = new AbortController();
  const gone = openai.chat.completions.create(ask, { signal: leave.signal });
  gone.catch(() => undefined);
  await sandbox.get('/control/wait?inFlight=1');
  leave.abort();
  await expect(gone).rejects.toThrow();
  // The sandbox hears of it on another connection than this one; one turn through its loop is enough.
  await sandbox.get('/readyz');
  await sandbox.control({ hold: false });
  await sandbox.get('/control/wait?calls=1');
  while ((await sandbox.get<{ inFlight: number }>('/control/stats')).inFlight > 0);
  expect(await lastLine()).toMatchObject({ outcome: 'left', billed: true });
});
