import type { Call, Completion } from '@winnow/analysis';
import type { ProviderConfig } from '@winnow/contracts';
import { fault, FaultError, legible, toFault, type Fault } from '@winnow/kernel';
import { Agent, request } from 'undici';
import type { OpenAiChat } from './openai-chat';
import { readRetryAfterMs } from './retry-after';

const mostConnections = 512;
const longestName = 200;
const mostBodyBytes = 8 * 1024 * 1024;
const version = '2023-06-01';
const finishes: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  tool_use: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  refusal: 'content_filter',
};

type Body = Readonly<Record<string, unknown>>;
const asBody = (value: unknown): Body => (typeof value === 'object' && value !== null ? (value as Body) : {});

/** The newest models draw their answers as they see fit and refuse a temperature. */
const takesTemperature = (model: string): boolean => /^claude-(3|haiku-4|sonnet-4|opus-4-[0-6])/.test(model);

/**
 * The answer's shape is the input of a tool that has to be used: that is what this protocol holds a model to. What stands before the mark, the
 * tool and the instructions, is the same for every job of a task; it is marked where it is long enough to be kept.
 */
const bodyOf = ({ rung, messages, schema, maxTokens, temperature, cacheKey }: Call) => ({
  model: rung.model,
  max_tokens: maxTokens,
  ...(takesTemperature(rung.model) && { temperature }),
  system: [
    {
      type: 'text',
      text: messages.flatMap(({ role, content }) => (role === 'system' ? content : [])).join('\n\n'),
      ...(cacheKey !== undefined && { cache_control: { type: 'ephemeral' } }),
    },
  ],
  messages: messages.filter(({ role }) => role !== 'system').map(({ role, content }) => ({ role, content })),
  tools: [{ name: schema.name, description: 'The answer.', input_schema: schema.body }],
  tool_choice: { type: 'tool', name: schema.name },
});

const textOf = (content: unknown): string => {
  const blocks = Array.isArray(content) ? content.map(asBody) : [];
  const used = blocks.find(({ type }) => type === 'tool_use');
  if (used !== undefined) return JSON.stringify(used['input'] ?? {});
  return blocks.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : [])).join('');
};

/** What was answered, before anything in it is believed. */
const readMessage = (value: unknown): Completion => {
  const { id, model, content, stop_reason: stop, usage } = asBody(value);
  if (typeof id !== 'string' || typeof model !== 'string' || !Array.isArray(content))
    throw new FaultError(fault('malformed', 'the body is no message', { billed: 'maybe' }));
  const tier = asBody(usage)['service_tier'];
  return {
    id: legible(id, longestName),
    model: legible(model, longestName),
    text: textOf(content),
    finish: finishes[String(stop)] ?? String(stop),
    usage,
    ...(typeof tier === 'string' && { serviceTier: tier === 'standard' ? 'default' : legible(tier, longestName) }),
  };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A refusal with its reason is not billed; a failure without a word, and a gateway's impatience, may be. */
const ofStatus = (status: number, text: string, retryAfterMs: number | undefined): Fault => {
  const error = asBody(asBody(parse(text))['error']);
  const detail = legible(typeof error['message'] === 'string' ? error['message'] : `status ${status}`, 500);
  const extra = { status, retryAfterMs };
  if (status === 402 || error['type'] === 'billing_error') return fault('quota', detail, { status });
  if (status === 429) return fault('rate-limited', detail, extra);
  if (status === 401 || status === 403) return fault('auth', detail, { status });
  if (status === 408) return fault('timeout', detail, { status });
  if (status >= 500 || status === 409)
    return fault('server-error', detail, {
      ...extra,
      billed: error['type'] === undefined || status === 504 ? 'maybe' : 'no',
    });
  return fault('bad-request', detail, { status });
};

const faultOf = (error: unknown, timedOut: boolean): Fault => {
  if (timedOut) return fault('timeout', 'no answer in time');
  const read = toFault(error);
  return read.kind === 'internal'
    ? fault('reset', error instanceof Error ? error.message : 'the connection broke')
    : read;
};

/** `https://api.anthropic.com`, as the provider writes it, or with the version behind it. */
const urlOf = (baseUrl: string): string => `${baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/messages`;

/** Anthropic's own protocol, by hand: one call, never repeated here. The ladder owns every send. */
export const createAnthropicMessages = ({ baseUrl, apiKey }: ProviderConfig, timeoutMs: number): OpenAiChat => {
  const agent = new Agent({ connections: mostConnections, keepAliveTimeout: 30_000, maxResponseSize: mostBodyBytes });
  const url = urlOf(baseUrl);
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey, 'anthropic-version': version };
  const send = async (call: Call, signal: AbortSignal): Promise<Completion> => {
    const response = await request(url, {
      method: 'POST',
      dispatcher: agent,
      signal,
      body: JSON.stringify(bodyOf(call)),
      headers: {
        ...headers,
        'x-client-request-id': call.attempt,
      },
    });
    const text = await response.body.text();
    if (response.statusCode !== 200)
      throw new FaultError(
        ofStatus(
          response.statusCode,
          text,
          readRetryAfterMs((name) => response.headers[name]),
        ),
      );
    const body = parse(text);
    if (body === undefined) throw new FaultError(fault('malformed', 'the body is not JSON', { billed: 'maybe' }));
    return readMessage(body);
  };
  return {
    complete: async (call) => {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const got = await send(call, signal);
        // It is followed as well as it can be: in one piece.
        call.stream?.onText(got.text);
        return got;
      } catch (error) {
        if (error instanceof FaultError) throw error;
        throw new FaultError(faultOf(error, signal.aborted), { cause: error });
      }
    },
    close: () => agent.close(),
  };
};
