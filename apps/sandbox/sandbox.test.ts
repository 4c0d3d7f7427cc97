import OpenAI from 'openai';
import { type RunningSandbox, startSandbox } from './testing/start-sandbox';

let sandbox: RunningSandbox;
let openai: OpenAI;
beforeAll(async () => {
  sandbox = await startSandbox();
  openai = new OpenAI({ apiKey: 'any', baseURL: `${sandbox.url}/openai/v1`, maxRetries: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const messages = [{ role: 'user' as const, content: 'Say a few words about giraffes and their long necks.' }];
const ask = { model: 'gpt-4o-mini', messages };

test('the official client reads an answer, its usage and its request id', async () => {
  const { data, request_id } = await openai.chat.completions
    .create(ask, { headers: { 'x-client-request-id': 'attempt-1' } })
    .withResponse();
  expect(data).toMatchObject({ model: 'gpt-4o-mini-2024-07-18', choices: [{ finish_reason: 'stop' }] });
  const line = (await sandbox.invoice()).at(-1);
  expect(line).toMatchObject({
    requestId: request_id,
    clientRequestId: 'attempt-1',
    outcome: 'answered',
    billed: true,
  });
  expect(line?.tokens).toEqual({
    input: data.usage?.prompt_tokens,
    cached: 0,
    output: data.usage?.completion_tokens,
  });
  const { input = 0, output = 0 } = line?.tokens ?? {};
  expect(line?.nano).toBe(String(input * 150 + output * 600));
});

test('a stream says the same words as a plain answer, then its usage', async () => {
  const plain = await openai.chat.completions.create(ask);
  const stream = await openai.chat.completions.create({
    ...ask,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage: unknown;
  let finish: string | null = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  expect([text, finish, usage]).toEqual([plain.choices[0]?.message.content, 'stop', plain.usage]);
});

test('max tokens end an answer with length', async () => {
  const { choices, usage } = await openai.chat.completions.create({ ...ask, max_tokens: 3 });
  expect([choices[0]?.finish_reason, usage?.completion_tokens]).toEqual(['length', 3]);
});

test.each([
  ['an unknown model', { ...ask, model: 'gpt-9' }, 404, 'model_not_found'],
  ['no messages', { ...ask, messages: [] }, 400, null],
  ['no room to answer', { ...ask, max_tokens: 0 }, 400, null],
])('%s is refused and free', async (_, body, status, code) => {
  await expect(openai.chat.completions.create(body)).rejects.toMatchObject({ status, code });
  expect((await sandbox.invoice()).at(-1)).toMatchObject({ outcome: 'refused', billed: false, nano: '0', status });
});

test('keys: any will do but the invalid one', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${sandbox.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(ask) });
  expect((await post({ authorization: 'Bearer x' })).status).toBe(200);
  expect((await post({ authorization: 'Bearer invalid' })).status).toBe(401);
  expect((await post({})).status).toBe(401);
});

test('each provider lists what it sells', async () => {
  const groq = new OpenAI({ apiKey: 'any', baseURL: `${sandbox.url}/groq/v1`, maxRetries: 0 });
  expect((await groq.models.list()).data.map(({ id }) => id)).toContain('llama-3.1-8b-instant');
  await expect(groq.chat.completions.create(ask)).rejects.toMatchObject({ status: 404 });
});

test('equal long prompts bill their prefix at the cached rate once the cache is on', async () => {
  await sandbox.control({ cache: { enabled: true } });
  const long = (end: string) => ({
    ...ask,
    messages: [
      { role: 'system' as const, content: 'be very careful '.repeat(500) },
      { role: 'user' as const, content: end },
    ],
  });
  const first = await openai.chat.completions.create(long('one'));
  const second = await openai.chat.completions.create(long('two'));
  const cached = [first, second].map(({ usage }) => usage?.prompt_tokens_details?.cached_tokens);
  expect(cached).toEqual([0, 1_408]);
  expect((await sandbox.invoice()).at(-1)?.tokens.cached).toBe(1_408);
});

test('held calls wait until they are let go', async () => {
  await sandbox.control({ hold: true });
  const calls = Promise.all([1, 2, 3].map(() => openai.chat.completions.create(ask)));
  const waiting = await sandbox.get('/control/wait?inFlight=3&timeoutMs=5000');
  expect(waiting).toMatchObject({ reached: true, inFlight: 3, answers: 0 });
  await sandbox.control({ hold: false });
  expect(await calls).toHaveLength(3);
  expect(await sandbox.get('/control/stats')).toMatchObject({ calls: 3, inFlight: 0, maxInFlight: 3, answers: 3 });
});

test('recent calls are told, with what became of them', async () => {
  await openai.chat.completions.create(ask, { headers: { 'x-client-request-id': 'a' } });
  await openai.chat.completions.create(ask, { headers: { 'x-client-request-id': 'b' } });
  const { calls, hasMore } = await sandbox.get<{ calls: object[]; hasMore: boolean }>('/control/calls?after=1');
  expect({ calls, hasMore }).toMatchObject({
    calls: [{ n: 2, clientRequestId: 'b', outcome: 'answered' }],
    hasMore: false,
  });
});

test('a knob that is not understood is a problem that names it', async () => {
  const response = await sandbox.control({ latency: { ms: 'soon' } });
  expect([response.status, response.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
  expect(await response.json()).toMatchObject({ errors: [{ pointer: '/latency/ms' }] });
});

test('ready, and lost paths are 404', async () => {
  expect((await fetch(`${sandbox.url}/readyz`)).status).toBe(200);
  for (const path of ['/nothing', '/nobody/v1/models', '/control/nothing']) {
    expect((await fetch(`${sandbox.url}${path}`)).status).toBe(404);
  }
});
