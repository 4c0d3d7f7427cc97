import type { Completion } from '@winnow/analysis';
import { fault, FaultError, legible } from '@winnow/kernel';
import type OpenAI from 'openai';

const longestName = 200;
const mostChars = 8 * 1024 * 1024;
/** the longest silence between two chunks, once there was a first */
const silenceMs = 15_000;

/** Ends a stream that is silent for too long, or that takes too long in all. */
export const createStreamWatch = (firstMs: number, withinMs: number) => {
  const abort = new AbortController();
  const end = (): void => abort.abort();
  const whole = setTimeout(end, withinMs);
  let silence = setTimeout(end, Math.min(firstMs, withinMs));
  return {
    signal: abort.signal,
    beat: () => {
      clearTimeout(silence);
      silence = setTimeout(end, silenceMs);
    },
    stop: () => {
      clearTimeout(whole);
      clearTimeout(silence);
    },
  };
};

interface Reading {
  id: string;
  model: string;
  text: string;
  finish: string | null;
  usage: unknown;
  serviceTier: string | null;
}

const take = (reading: Reading, chunk: Partial<OpenAI.ChatCompletionChunk>): string => {
  const { id, model, choices, usage, service_tier: tier } = chunk;
  if (typeof id === 'string') reading.id = legible(id, longestName);
  if (typeof model === 'string') reading.model = legible(model, longestName);
  if (typeof tier === 'string') reading.serviceTier = legible(tier, longestName);
  if (usage !== undefined && usage !== null) reading.usage = usage;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  if (typeof choice?.finish_reason === 'string') reading.finish = choice.finish_reason;
  const text = choice?.delta?.content;
  return typeof text === 'string' ? text : '';
};

/** The same completion that a plain call would give. A stream that ends without saying so was cut: what it cost, only the provider knows. */
export const readStream = async (
  chunks: AsyncIterable<unknown>,
  onText: (text: string) => void,
  onChunk: () => void,
): Promise<Completion> => {
  const reading: Reading = { id: '', model: '', text: '', finish: null, usage: undefined, serviceTier: null };
  for await (const chunk of chunks) {
    onChunk();
    if (typeof chunk !== 'object' || chunk === null)
      throw new FaultError(fault('malformed', 'a chunk of the stream is no object', { billed: 'maybe' }));
    const text = take(reading, chunk);
    reading.text += text;
    if (reading.text.length > mostChars)
      throw new FaultError(fault('malformed', 'the stream is over 8 MiB', { billed: 'maybe' }));
    if (text !== '') onText(text);
  }
  const { id, model, text, finish, usage, serviceTier } = reading;
  if (finish === null) throw new FaultError(fault('reset', 'the stream ended before the answer did'));
  if (id === '' || model === '')
    throw new FaultError(fault('malformed', 'the stream is no chat completion', { billed: 'maybe' }));
  return { id, model, text, finish, usage, ...(serviceTier !== null && { serviceTier }) };
};
