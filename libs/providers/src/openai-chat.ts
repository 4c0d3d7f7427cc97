import type { Call, Completion, Providers } from '@winnow/analysis';
import type { ProviderConfig } from '@winnow/contracts';
import { fault, FaultError, legible } from '@winnow/kernel';
import OpenAI from 'openai';
import { Agent, fetch as undiciFetch } from 'undici';
import { classify } from './classify';
import { createStreamWatch, readStream } from './read-stream';
import { createKeySpread } from './spread-key';

/** As many as an executor may have slots: a call that waits for a connection would time out unsent and count as billed. */
const mostConnections = 512;
const longestName = 200;
const mostBodyBytes = 8 * 1024 * 1024;

/** OpenRouter states in dollars what it charged. With a key of one's own at the model's maker, that one charges as well. */
const statedCostsOf = (usage: unknown): readonly unknown[] => {
  if (typeof usage !== 'object' || usage === null) return [];
  const { cost, is_byok: ownKey, cost_details: details } = usage as Record<string, unknown>;
  if (cost === undefined) return [];
  const upstream = (details as Record<string, unknown> | null | undefined)?.['upstream_inference_cost'];
  return ownKey === true ? [cost, upstream] : [cost];
};

/** What every provider that speaks OpenAI's chat protocol answers, before anything in it is believed. */
const readCompletion = (body: unknown, provider: string): Completion => {
  const { id, model, choices, usage, service_tier } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as Partial<OpenAI.ChatCompletion>;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  const text = choice?.message?.content;
  if (typeof id !== 'string' || typeof model !== 'string' || typeof choice !== 'object' || choice === null)
    throw new FaultError(fault('malformed', 'the body is no chat completion', { billed: 'maybe' }));
  return {
    id: legible(id, longestName),
    model: legible(model, longestName),
    text: typeof text === 'string' ? text : '',
    finish: String(choice.finish_reason),
    usage,
    ...(provider === 'openrouter' && { statedCosts: statedCostsOf(usage) }),
    ...(typeof service_tier === 'string' && { serviceTier: legible(service_tier, longestName) }),
  };
};

/** Models that think before they answer take no temperature. */
const takesTemperature = (model: string): boolean => !/^(openai\/)?(gpt-5|o\d)/.test(model);

/**
 * Only OpenAI lets the tier be chosen, and bills by its project's standing order when it is not: the tier of the price that was held is named.
 */
const serviceTierOf = ({ rung }: Call, provider: string): { service_tier?: 'default' | 'flex' | 'priority' } => {
  const { serviceTier } = rung.price;
  const isOne = serviceTier === 'default' || serviceTier === 'flex' || serviceTier === 'priority';
  return provider === 'openai' && isOne ? { service_tier: serviceTier } : {};
};

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming & { usage?: { include: true } };

const bodyOf = (call: Call, provider: string): Body => ({
  model: call.rung.model,
  messages: call.messages.map(({ role, content }) => ({ role, content })),
  ...(takesTemperature(call.rung.model) && { temperature: call.temperature }),
  // Its thoughts would use up what the answer may have.
  ...(call.rung.model.startsWith('gemini-2.5-flash') && { reasoning_effort: 'none' }),
  ...serviceTierOf(call, provider),
  ...(provider === 'openai' && call.cacheKey !== undefined && { prompt_cache_key: call.cacheKey }),
  ...(provider === 'openrouter' && { usage: { include: true } }),
  response_format: {
    type: 'json_schema',
    json_schema: { name: call.schema.name, strict: true, schema: call.schema.body },
  },
  ...(provider === 'openai' ? { max_completion_tokens: call.maxTokens } : { max_tokens: call.maxTokens }),
});

export interface OpenAiChat extends Providers {
  readonly close: () => Promise<void>;
}

/** One client and one pool of connections a provider. The SDK never retries: the ladder owns every send. */
export const createOpenAiChat = (provider: ProviderConfig, timeoutMs: number): OpenAiChat => {
  const agent = new Agent({ connections: mostConnections, keepAliveTimeout: 30_000, maxResponseSize: mostBodyBytes });
  const client = new OpenAI({
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey,
    maxRetries: 0,
    // What it would print are pieces of answers.
    logLevel: 'off',
    // The SDK's own time-out ends with the headers; the signal below also covers a body that drips.
    timeout: timeoutMs + 5_000,
    fetch: undiciFetch as never,
    fetchOptions: { dispatcher: agent } as never,
  });
  const spread = createKeySpread(Date.now);
  const spreadOf = (call: Call): Call =>
    call.cacheKey === undefined ? call : { ...call, cacheKey: spread(call.cacheKey) };
  const stream = async (call: Call, { onText, withinMs }: NonNullable<Call['stream']>): Promise<Completion> => {
    const watch = createStreamWatch(timeoutMs, withinMs);
    try {
      const chunks = await client.chat.completions.create(
        { ...bodyOf(spreadOf(call), provider.name), stream: true, stream_options: { include_usage: true } },
        { signal: watch.signal, timeout: withinMs + 5_000, headers: { 'x-client-request-id': call.attempt } },
      );
      const got = await readStream(chunks, onText, watch.beat);
      // The SDK takes an abort for the end of a stream.
      if (watch.signal.aborted) throw new FaultError(fault('timeout', 'the stream fell silent'));
      return got;
    } catch (error) {
      if (watch.signal.aborted) throw new FaultError(fault('timeout', 'the stream fell silent'), { cause: error });
      if (error instanceof FaultError) throw error;
      throw new FaultError(classify(error, false), { cause: error });
    } finally {
      watch.stop();
    }
  };
  return {
    complete: async (call) => {
      if (call.stream !== undefined) return stream(call, call.stream);
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const body = await client.chat.completions.create(bodyOf(spreadOf(call), provider.name), {
          signal,
          headers: { 'x-client-request-id': call.attempt },
        });
        return readCompletion(body, provider.name);
      } catch (error) {
        if (error instanceof FaultError) throw error;
        throw new FaultError(classify(error, signal.aborted), { cause: error });
      }
    },
    close: () => agent.close(),
  };
};
