import { renderPrompt, type Call } from '@winnow/analysis';
import { reviewSentiment } from '@winnow/analysis/tasks/review-sentiment/review-sentiment';
import { FaultError, uuidv7, type Fault } from '@winnow/kernel';
import { aRung } from '@winnow/testing';
import { startSandbox, type RunningSandbox } from '../../../apps/sandbox/testing/start-sandbox';
import { createOpenAiChat, type OpenAiChat } from './openai-chat';

let sandbox: RunningSandbox;
let chat: OpenAiChat;
beforeAll(async () => {
  sandbox = await startSandbox();
  chat = createOpenAiChat({ name: 'openai', baseUrl: `${sandbox.url}/openai/v1`, apiKey: 'sk-test' }, 300);
});
beforeEach(() => sandbox.reset());
afterAll(async () => {
  await chat.close();
  await sandbox.close();
});

const followed = (withinMs = 5_000) => {
  const pieces: string[] = [];
  const call: Call = {
    attempt: uuidv7(),
    rung: aRung('openai/gpt-4o-mini', 'ultra', '0.15', '0.60'),
    ...renderPrompt(reviewSentiment, { text: 'Great sound, poor battery', detail: true }),
    stream: { onText: (text) => pieces.push(text), withinMs },
  };
  return { call, pieces };
};
const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => (error instanceof FaultError ? error.fault : Promise.reject(error as Error)),
  );

test('a stream comes to the same as a plain answer, piece by piece', async () => {
  const { call, pieces } = followed();
  const streamed = await chat.complete(call);
  const { stream: _, ...plainCall } = call;
  const plain = await chat.complete(plainCall);
  expect({ ...streamed, id: '' }).toEqual({ ...plain, id: '' });
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(plain.text);
});

test.each<[string, object, Partial<Fault>]>([
  ['that is cut', { kind: 'cut', after: 5 }, { kind: 'reset', billed: 'maybe' }],
  ['that never begins', { kind: 'hang' }, { kind: 'timeout', billed: 'maybe' }],
  ['of half a chunk', { kind: 'bad-body', as: 'json' }, { kind: 'malformed', billed: 'maybe' }],
  ['that is a page', { kind: 'bad-body', as: 'html' }, { billed: 'maybe' }],
  ['refused at once', { kind: '429', retryAfter: 2 }, { kind: 'rate-limited', billed: 'no', retryAfterMs: 2_000 }],
])('a stream %s', async (_, fault, expected) => {
  await sandbox.control({ faults: [fault] });
  expect(await faultOf(chat.complete(followed().call))).toMatchObject(expected);
});

test('a stream that takes too long in all is left', async () => {
  await sandbox.control({ latency: { kind: 'fixed', ms: 0, tokenMs: 100 } });
  expect(await faultOf(chat.complete(followed(400).call))).toMatchObject({ kind: 'timeout', billed: 'maybe' });
});

test('usage that is left out stays unsaid', async () => {
  await sandbox.control({ faults: [{ kind: 'no-usage' }] });
  expect((await chat.complete(followed().call)).usage).toBeUndefined();
});
