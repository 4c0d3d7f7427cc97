import { type ApiError, invalidRequest } from './api-error';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
}

export type Schema = Readonly<Record<string, unknown>>;

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** asked what the call costs, as OpenRouter may be */
  readonly includeCost: boolean;
  readonly maxTokens?: number;
  readonly format: 'text' | 'json';
  readonly schema?: Schema;
  /** the messages up to a mark of the caller's, which alone are cached; undefined: the provider caches by itself */
  readonly cachePrefix?: readonly ChatMessage[];
  /** the tool whose input the answer is */
  readonly tool?: string;
}

const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
const MAX_MESSAGES = 10_000;

type Read<T> = { value: T } | { error: ApiError };
const wrong = (message: string, param: string): { error: ApiError } => ({ error: invalidRequest(message, param) });

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** By hand, not by zod: this runs on every call, and the sandbox is the floor that benches are measured from. */
export function readChatRequest(body: unknown): Read<ChatRequest> {
  if (!isObject(body)) return wrong('The body must be a JSON object.', '');
  const { model } = body;
  if (typeof model !== 'string' || model === '') return wrong('you must provide a model parameter', 'model');
  const messages = readMessages(body['messages']);
  if ('error' in messages) return messages;
  const maxTokens = readMaxTokens(body);
  if ('error' in maxTokens) return maxTokens;
  const format = readFormat(body['response_format']);
  if ('error' in format) return format;
  if (body['n'] !== undefined && body['n'] !== null && body['n'] !== 1) return wrong('Only n = 1 is served here.', 'n');
  if (body['service_tier'] === 'flex') return wrong('Flex processing is not available for this model.', 'service_tier');
  const options = isObject(body['stream_options']) ? body['stream_options'] : {};
  return {
    value: {
      model,
      messages: messages.value,
      stream: body['stream'] === true,
      includeUsage: options['include_usage'] === true,
      includeCost: isObject(body['usage']) && body['usage']['include'] === true,
      maxTokens: maxTokens.value,
      ...format.value,
    },
  };
}

function readMessages(messages: unknown): Read<ChatMessage[]> {
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MAX_MESSAGES) {
    return wrong(`'messages' must be an array of 1 to ${MAX_MESSAGES} messages.`, 'messages');
  }
  const read: ChatMessage[] = [];
  for (const [i, message] of messages.entries()) {
    if (!isObject(message)) return wrong('A message must be an object.', `messages[${i}]`);
    const { role, name } = message;
    if (typeof role !== 'string' || !ROLES.has(role)) return wrong('Invalid role.', `messages[${i}].role`);
    const content = readContent(message['content']);
    if (content === undefined) {
      return wrong('Content must be a string or an array of text parts.', `messages[${i}].content`);
    }
    read.push(typeof name === 'string' ? { role, content, name } : { role, content });
  }
  return { value: read };
}

function readContent(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) return undefined;
  const texts: string[] = [];
  for (const part of content) {
    if (!isObject(part) || part['type'] !== 'text' || typeof part['text'] !== 'string') return undefined;
    texts.push(part['text']);
  }
  return texts.join('');
}

function readMaxTokens(body: Record<string, unknown>): Read<number | undefined> {
  for (const param of ['max_completion_tokens', 'max_tokens']) {
    const value = body[param];
    if (value === undefined || value === null) continue;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return { value };
    return wrong(`Invalid '${param}': a whole number of at least 1 is needed.`, param);
  }
  return { value: undefined };
}

function readFormat(format: unknown): Read<Pick<ChatRequest, 'format' | 'schema'>> {
  if (format === undefined || format === null) return { value: { format: 'text' } };
  if (!isObject(format)) return wrong('response_format must be an object.', 'response_format');
  if (format['type'] === 'text') return { value: { format: 'text' } };
  if (format['type'] === 'json_object') return { value: { format: 'json' } };
  const spec = format['json_schema'];
  if (format['type'] !== 'json_schema' || !isObject(spec) || typeof spec['name'] !== 'string') {
    return wrong('response_format must be text, json_object or a named json_schema.', 'response_format');
  }
  const { schema } = spec;
  if (schema !== undefined && !isObject(schema)) return wrong('schema must be an object.', 'response_format');
  return { value: { format: 'json', ...(schema ? { schema } : {}) } };
}
