import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { priceUsage, renderPrompt, type Call } from '@winnow/analysis';
import { readUsage } from '@winnow/analysis/policies/read-usage';
import { reviewSentiment } from '@winnow/analysis/tasks/review-sentiment/review-sentiment';
import { FaultError, uuidv7, type Fault } from '@winnow/kernel';
import { aRung } from '@winnow/testing';
import { startSandbox, type RunningSandbox } from '../../../apps/sandbox/testing/start-sandbox';
import { createAnthropicMessages } from './anthropic-messages';
import type { OpenAiChat } from './openai-chat';

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

const chatAt = (baseUrl: string, timeoutMs = 5_000, apiKey = 'sk-ant'): OpenAiChat => {
  const chat = createAnthropicMessages({ name: 'anthropic', baseUrl, apiKey }, timeoutMs);
  open.push(chat);
  return chat;
};
const sandboxChat = (timeoutMs?: number, apiKey?: string) => chatAt(`${sandbox.url}/anthropic/v1`, timeoutMs, apiKey);
const rung = aRung('anthropic/claude-haiku-4-5', 'advanced', '1', '5', '0.10');
const price = { ...rung.price, cacheWrite: 1_250_000_000n };
const aCall = (text = 'Great sound, poor battery', instructions = ''): Call => {
  const prompt = renderPrompt(reviewSentiment, { text, detail: false });
  const messages = prompt.messages.map((one) =>
    one.role === 'system' ? { ...one, content: one.content + instructions } : one,
  );
  return { attempt: uuidv7(), rung, ...prompt, messages, ...(instructions !== '' && { cacheKey: 'prefix' }) };
};
const ours = { input: 1, hasText: true, output: () => 1 };
const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => (error instanceof FaultError ? error.fault : Promise.reject(error as Error)),
  );
const lastLine = async () => (await sandbox.invoice()).at(-1);
const failWith = (kind: string, more: object = {}) => sandbox.control({ faults: [{ kind, ...more }] });

test('an answer: the tool’s input as text, usage as stated, our id on the bill, and the bill as we price it', async () => {
  const call = aCall();
  const got = await sandboxChat().complete(call);
  expect(reviewSentiment.output.safeParse(JSON.parse(got.text)).success).toBe(true);
  expect(got).toMatchObject({ model: 'claude-haiku-4-5-20251001', finish: 'stop', serviceTier: 'default' });
  const { tokens, estimated } = readUsage(got.usage, ours);
  expect(estimated).toBe(false);
  const line = await lastLine();
  expect(line).toMatchObject({ clientRequestId: call.attempt, billed: true, provider: 'anthropic' });
  expect(String(priceUsage(price, tokens))).toBe(line?.nano);
});

test('instructions are written to the cache once and read from it then, and both are billed as they are priced', async () => {
  await sandbox.control({ cache: { enabled: true, minTokens: 1_024 } });
  const long = ' Mind every word of the customer.'.repeat(300);
  const used = [];
  for (const text of ['Great sound', 'Poor battery']) {
    const got = await sandboxChat().complete(aCall(text, long));
    const { tokens } = readUsage(got.usage, ours);
    expect(String(priceUsage(price, tokens))).toBe((await lastLine())?.nano);
    used.push(tokens);
  }
  expect(used[0]).toMatchObject({ cacheRead: 0 });
  expect(used[0]?.cacheWrite).toBeGreaterThan(1_024);
  expect(used[1]).toMatchObject({ cacheRead: used[0]?.cacheWrite, cacheWrite: 0 });
});

test('instructions that nobody keeps are not marked: putting them into the cache costs more than sending them', async () => {
  await sandbox.control({ cache: { enabled: true, minTokens: 1_024 } });
  const { cacheKey: _, ...unmarked } = aCall('Great sound', ' Mind every word of the customer.'.repeat(300));
  const got = await sandboxChat().complete(unmarked);
  expect(readUsage(got.usage, ours).tokens).toMatchObject({ cacheRead: 0, cacheWrite: 0 });
});

test.each<[string, string, object, Partial<Fault>]>([
  ['429', '429', { retryAfter: 2 }, { kind: 'rate-limited', billed: 'no', retryAfterMs: 2_000, status: 429 }],
  ['500', '500', {}, { kind: 'server-error', billed: 'no', status: 500 }],
  ['503 with Retry-After', '503', { retryAfter: 1 }, { kind: 'server-error', billed: 'no', retryAfterMs: 1_000 }],
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

test('silence: a time-out, and it may be billed', async () => {
  await failWith('hang');
  expect(await faultOf(sandboxChat(100).complete(aCall()))).toMatchObject({ kind: 'timeout', billed: 'maybe' });
});

test('a wrong key', async () =>
  expect(await faultOf(sandboxChat(5_000, 'invalid').complete(aCall()))).toMatchObject({
    kind: 'auth',
    billed: 'no',
    status: 401,
  }));

test.each<[string, string, object, object]>([
  ['no usage: for others to estimate', 'no-usage', {}, { usage: undefined }],
  ['usage that is no number', 'usage-nan', {}, { usage: expect.objectContaining({ input_tokens: 'NaN' }) }],
  ['an answer that was filtered', 'content-filter', { as: 'finish' }, { text: '', finish: 'content_filter' }],
  ['an answer that does not parse is text', 'bad-json', {}, { text: expect.stringContaining(']]}{'), finish: 'stop' }],
])('%s is handed on unread', async (_name, kind, more, expected) => {
  await failWith(kind, more);
  expect(await sandboxChat().complete(aCall())).toMatchObject(expected);
});

test('an answer cut by its bound', async () => {
  const got = await sandboxChat().complete({ ...aCall(), maxTokens: 3 });
  expect(got.finish).toBe('length');
});

/** What one call sends, and what becomes of one answer. */
const exchange = async (status: number, answer: string, call: Call) => {
  let sent: { url?: string; headers: Record<string, unknown>; body: Record<string, unknown> } | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      sent = {
        url: request.url,
        headers: request.headers,
        body: JSON.parse(Buffer.concat(chunks).toString()) as never,
      };
      response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({ close: async () => void server.close() });
  const chat = chatAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const outcome = await chat.complete(call).catch((error: FaultError) => error.fault);
  return { sent, outcome };
};
const message = JSON.stringify({
  id: 'msg_1',
  model: 'm',
  content: [{ type: 'text', text: '{}' }],
  stop_reason: 'end_turn',
});

test('the protocol: version, key, a tool that has to be used, and the mark behind the instructions', async () => {
  const { sent } = await exchange(200, message, { ...aCall(), cacheKey: 'prefix' });
  expect(sent?.url).toBe('/v1/messages');
  expect(sent?.headers).toMatchObject({ 'x-api-key': 'sk-ant', 'anthropic-version': '2023-06-01' });
  expect(sent?.body).toMatchObject({
    model: 'claude-haiku-4-5',
    temperature: 0,
    tool_choice: { type: 'tool' },
    system: [{ type: 'text', cache_control: { type: 'ephemeral' } }],
    messages: [{ role: 'user' }],
  });
});

test('a model that takes no temperature is given none', async () => {
  const call = { ...aCall(), rung: { ...rung, model: 'claude-opus-5' } };
  expect((await exchange(200, message, call)).sent?.body).not.toHaveProperty('temperature');
});

test.each<[string, number, string, Partial<Fault>]>([
  ['500 without a word', 500, '', { kind: 'server-error', billed: 'maybe' }],
  ['504 with its reason', 504, '{"error":{"type":"timeout_error"}}', { kind: 'server-error', billed: 'maybe' }],
  ['529', 529, '{"error":{"type":"overloaded_error","message":"Overloaded"}}', { kind: 'server-error', billed: 'no' }],
  ['no credit', 402, '{"error":{"type":"billing_error"}}', { kind: 'quota' }],
  ['a request that is wrong', 400, '{"error":{"type":"invalid_request_error"}}', { kind: 'bad-request', billed: 'no' }],
  ['a body that is no message', 200, '{"type":"message"}', { kind: 'malformed', billed: 'maybe' }],
])('%s', async (_name, status, answer, expected) =>
  expect((await exchange(status, answer, aCall())).outcome).toMatchObject(expected),
);
