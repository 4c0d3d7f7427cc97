import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderPrompt, type Call } from '@winnow/analysis';
import { readStatedCost } from '@winnow/analysis/policies/read-stated-cost';
import { reviewSentiment } from '@winnow/analysis/tasks/review-sentiment/review-sentiment';
import { FaultError, uuidv7, type Fault } from '@winnow/kernel';
import { aRung } from '@winnow/testing';
import { startSandbox, type RunningSandbox } from '../../../apps/sandbox/testing/start-sandbox';
import { createOpenAiChat, type OpenAiChat } from './openai-chat';

let sandbox: RunningSandbox;
const open: { close: () => Promise<void> }[] = [];
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});
afterAll(() => sandbox.close());

const ample = 5_000;
const chatAt = (
  baseUrl: string,
  timeoutMs = ample,
  apiKey = 'sk-test',
  name: 'openai' | 'groq' | 'openrouter' = 'openai',
): OpenAiChat => {
  const chat = createOpenAiChat({ name, baseUrl, apiKey }, timeoutMs);
  open.push(chat);
  return chat;
};
const sandboxChat = (timeoutMs?: number, apiKey?: string) => chatAt(`${sandbox.url}/openai/v1`, timeoutMs, apiKey);

const aCall = (): Call => ({
  attempt: uuidv7(),
  rung: aRung('openai/gpt-4o-mini', 'ultra', '0.15', '0.60'),
  ...renderPrompt(reviewSentiment, { text: 'Great sound, poor battery', detail: false }),
});
const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => (error instanceof FaultError ? error.fault : Promise.reject(error as Error)),
  );
const lastLine = async () => (await sandbox.invoice()).at(-1);
const failWith = (kind: string, more: object = {}) => sandbox.control({ faults: [{ kind, ...more }] });

test('an answer: text, usage as stated, the model that answered, and our id on the bill', async () => {
  const call = aCall();
  const got = await sandboxChat().complete(call);
  expect(reviewSentiment.output.safeParse(JSON.parse(got.text)).success).toBe(true);
  expect(got).toMatchObject({ model: 'gpt-4o-mini-2024-07-18', finish: 'stop' });
  expect(got.usage).toMatchObject({ prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) });
  expect(await lastLine()).toMatchObject({ clientRequestId: call.attempt, billed: true, outcome: 'answered' });
});

test.each<[string, string, object, Partial<Fault>]>([
  ['429', '429', { retryAfter: 2 }, { kind: 'rate-limited', billed: 'no', retryAfterMs: 2_000, status: 429 }],
  ['500', '500', {}, { kind: 'server-error', billed: 'no', status: 500 }],
  ['503 with Retry-After', '503', { retryAfter: 1 }, { kind: 'server-error', billed: 'no', retryAfterMs: 1_000 }],
  ['no credit', 'insufficient-quota', {}, { kind: 'quota', billed: 'no', retryable: false }],
  ['a prompt that is filtered', 'content-filter', { as: 'error' }, { kind: 'content-filter', billed: 'no' }],
])('%s: free, and not repeated here', async (_name, kind, more, expected) => {
  await failWith(kind, more);
  const before = (await sandbox.invoice()).length;
  expect(await faultOf(sandboxChat().complete(aCall()))).toMatchObject(expected);
  expect(await lastLine()).toMatchObject({ billed: false });
  expect((await sandbox.invoice()).length).toBe(before + 1);
});

test.each<[string, string, object, Partial<Fault>]>([
  ['the connection breaks before a byte', 'reset', {}, { kind: 'reset', billed: 'maybe' }],
  ['the body breaks off', 'cut', { after: 40 }, { kind: 'reset', billed: 'maybe' }],
  ['the body is a page', 'bad-body', { as: 'html' }, { kind: 'malformed', billed: 'maybe' }],
  ['the body is half of its JSON', 'bad-body', { as: 'json' }, { kind: 'malformed', billed: 'maybe' }],
])('%s: it may be billed', async (_name, kind, more, expected) => {
  await failWith(kind, more);
  expect(await faultOf(sandboxChat().complete(aCall()))).toMatchObject(expected);
});

test.each([
  ['silence', 'hang', {}],
  ['one byte after another: the time-out is of the whole answer', 'drip', { everyMs: 20 }],
])('%s: a time-out, and it may be billed', async (_name, kind, more) => {
  await failWith(kind, more);
  const began = performance.now();
  expect(await faultOf(sandboxChat(100).complete(aCall()))).toMatchObject({
    kind: 'timeout',
    billed: 'maybe',
    retryable: true,
  });
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(await lastLine()).toMatchObject({ billed: true });
});

test('a wrong key', async () =>
  expect(await faultOf(sandboxChat(ample, 'invalid').complete(aCall()))).toMatchObject({
    kind: 'auth',
    billed: 'no',
    retryable: false,
    status: 401,
  }));

test.each<[string, string, object, { text?: unknown; usage?: unknown; finish?: string }]>([
  ['no usage: for others to estimate', 'no-usage', {}, { usage: undefined }],
  ['usage that is no number', 'usage-nan', {}, { usage: expect.objectContaining({ prompt_tokens: 'NaN' }) }],
  ['an answer that was filtered', 'content-filter', { as: 'finish' }, { text: '', finish: 'content_filter' }],
  ['five megabytes', 'big', {}, { text: expect.objectContaining({ length: 5 * 1_024 * 1_024 }) }],
])('%s is handed on unread', async (_name, kind, more, expected) => {
  await failWith(kind, more);
  const { text, ...got } = await sandboxChat().complete(aCall());
  expect({ ...got, text: kind === 'big' ? { length: text.length } : text }).toMatchObject(expected);
});

test('an answer without end is not read to its end, and counts as billed', async () => {
  await failWith('big', { bytes: 9 * 1_024 * 1_024 });
  const fault = await faultOf(sandboxChat().complete(aCall()));
  expect(fault.kind).toBe('malformed');
  expect(fault.billed).not.toBe('no');
});

/** A provider of its own for one test, on loopback. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
};
const answering = (status: number, body: string, type = 'application/json') =>
  serve((request, response) =>
    request.resume().on('end', () => response.writeHead(status, { 'content-type': type }).end(body)),
  );
const completion = (more: object) =>
  JSON.stringify({ id: 'c1', model: 'm', choices: [{ message: { content: '{}' }, finish_reason: 'stop' }], ...more });

test.each<[string, number, string, string, Partial<Fault>]>([
  ['500 without a word', 500, '', 'text/plain', { kind: 'server-error', billed: 'maybe' }],
  ['502 of a gateway', 502, '<html>', 'text/html', { kind: 'server-error', billed: 'maybe' }],
  [
    '504 with its reason',
    504,
    '{"error":{"message":"upstream"}}',
    'application/json',
    { kind: 'server-error', billed: 'maybe' },
  ],
  ['nothing at all', 200, '', 'application/json', { kind: 'malformed', billed: 'maybe' }],
  ['null', 200, 'null', 'application/json', { kind: 'malformed', billed: 'maybe' }],
  ['a list', 200, '[]', 'application/json', { kind: 'malformed', billed: 'maybe' }],
  ['no choices', 200, completion({ choices: [] }), 'application/json', { kind: 'malformed', billed: 'maybe' }],
  [
    'a choice of nothing',
    200,
    completion({ choices: [null] }),
    'application/json',
    { kind: 'malformed', billed: 'maybe' },
  ],
  ['no id', 200, completion({ id: undefined }), 'application/json', { kind: 'malformed', billed: 'maybe' }],
])('a 200 or worse that is no completion: %s', async (_name, status, body, type, expected) =>
  expect(await faultOf(chatAt(await answering(status, body, type)).complete(aCall()))).toMatchObject(expected),
);

test.each<[string, object, object]>([
  [
    'a refusal has no text',
    { choices: [{ message: { content: null, refusal: 'no' }, finish_reason: 'stop' }] },
    { text: '' },
  ],
  ['no reason to end', { choices: [{ message: { content: '{}' } }] }, { finish: 'undefined' }],
  [
    'names that could not be stored',
    { id: `a\0${'x'.repeat(300)}`, model: 'm\ud83d' },
    { id: `a${'x'.repeat(198)}`, model: 'm\uFFFD' },
  ],
])('%s', async (_name, more, expected) =>
  expect(await chatAt(await answering(200, completion(more))).complete(aCall())).toMatchObject(expected),
);

test('nobody listens: provably not sent', async () => {
  const url = await answering(200, '');
  for (const one of open.splice(0)) await one.close();
  expect(await faultOf(chatAt(url).complete(aCall()))).toMatchObject({ kind: 'refused-connection', billed: 'no' });
});

test.each([
  ['openai', 'max_completion_tokens'],
  ['groq', 'max_tokens'],
] as const)('%s is told the most it may answer by %s: what was held is what can be billed', async (name, field) => {
  const bodies: Record<string, unknown>[] = [];
  const url = await serve((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
      response.writeHead(200, { 'content-type': 'application/json' }).end(completion({}));
    });
  });
  await chatAt(url, ample, 'sk', name).complete(aCall());
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toMatchObject({
    model: 'gpt-4o-mini',
    temperature: 0,
    [field]: 24,
    response_format: { json_schema: { strict: true } },
  });
  expect(bodies[0]).not.toHaveProperty('stream');
});

test.each([
  ['openai', 'prefix', 'prefix-0'],
  ['openai', undefined, undefined],
  ['groq', 'prefix', undefined],
] as const)('%s is told the cache key %s as %s', async (name, cacheKey, told) => {
  const bodies: Record<string, unknown>[] = [];
  const url = await serve((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
      response.writeHead(200, { 'content-type': 'application/json' }).end(completion({}));
    });
  });
  await chatAt(url, ample, 'sk', name).complete({ ...aCall(), ...(cacheKey !== undefined && { cacheKey }) });
  expect(bodies[0]?.['prompt_cache_key']).toBe(told);
});

test('what OpenRouter says that it charged is what its invoice says', async () => {
  const chat = chatAt(`${sandbox.url}/openrouter/v1`, ample, 'sk-test', 'openrouter');
  const { statedCosts } = await chat.complete({
    ...aCall(),
    rung: aRung('openrouter/openai/gpt-4o-mini', 'ultra', '0.15', '0.60'),
  });
  const { nano } = (await lastLine()) ?? {};
  expect(readStatedCost(statedCosts)).toEqual({ kind: 'stated', nanos: BigInt(nano ?? -1) });
  await failWith('usage-negative');
  const lied = await chat.complete({
    ...aCall(),
    rung: aRung('openrouter/openai/gpt-4o-mini', 'ultra', '0.15', '0.60'),
  });
  expect(readStatedCost(lied.statedCosts)).toEqual({ kind: 'absurd' });
  expect(await sandboxChat().complete(aCall())).not.toHaveProperty('statedCosts');
});

test('with a key of one’s own, what its maker charges is added', async () => {
  const usage = { prompt_tokens: 9, completion_tokens: 1, cost: 0.0001, is_byok: true };
  const asked: unknown[] = [];
  const answer = async (upstream: unknown) => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          asked.push((JSON.parse(String(Buffer.concat(chunks))) as { usage?: unknown }).usage);
          const choices = [{ finish_reason: 'stop', message: { content: '{}' } }];
          const details = { cost_details: { upstream_inference_cost: upstream } };
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ id: 'c', model: 'm', choices, usage: { ...usage, ...details } }));
        });
    });
    const { statedCosts } = await chatAt(url, ample, 'sk-test', 'openrouter').complete(aCall());
    return readStatedCost(statedCosts);
  };
  expect(await answer(0.002)).toEqual({ kind: 'stated', nanos: 2_100_000n });
  expect(await answer(null)).toEqual({ kind: 'absurd' });
  expect(asked).toEqual([{ include: true }, { include: true }]);
});
