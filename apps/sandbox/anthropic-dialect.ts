import { type ApiError, invalidRequest } from './api-error';
import { type ChatMessage, type ChatRequest, isObject, readChatRequest } from './chat-request';
import type { Completion } from './completion';
import type { Envelope } from './completion-body';
import type { Dialect } from './dialect';

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
};

const textOf = (content: unknown): unknown =>
  Array.isArray(content)
    ? content.map((part) => (isObject(part) ? { type: part['type'], text: part['text'] } : part))
    : content;

const isMarked = (content: unknown): boolean =>
  Array.isArray(content) && content.some((part) => isObject(part) && isObject(part['cache_control']));

interface Tool {
  readonly name: string;
  readonly schema: Record<string, unknown>;
}

/** The tool that has to be used; none where the answer is plain text. */
function forcedTool(body: Record<string, unknown>): Tool | undefined {
  const choice = body['tool_choice'];
  if (!isObject(choice) || choice['type'] !== 'tool' || !Array.isArray(body['tools'])) return undefined;
  const tool: unknown = body['tools'].find((one: unknown) => isObject(one) && one['name'] === choice['name']);
  if (!isObject(tool) || !isObject(tool['input_schema'])) return undefined;
  return { name: String(tool['name']), schema: tool['input_schema'] };
}

/** Anthropic's request in OpenAI's words, so that there is one reader of messages. */
function read(body: unknown): { value: ChatRequest } | { error: ApiError } {
  if (!isObject(body)) return { error: invalidRequest('The body must be a JSON object.') };
  if (body['max_tokens'] === undefined) return { error: invalidRequest('max_tokens: Field required', 'max_tokens') };
  if (body['stream'] === true) return { error: invalidRequest('stream: not served here', 'stream') };
  const { system } = body;
  const tool = forcedTool(body);
  const given = Array.isArray(body['messages']) ? body['messages'] : [];
  const messages = [
    ...(system === undefined ? [] : [{ role: 'system', content: textOf(system) }]),
    ...given.map((message: unknown) =>
      isObject(message) ? { ...message, content: textOf(message['content']) } : message,
    ),
  ];
  const request = readChatRequest({
    model: body['model'],
    max_tokens: body['max_tokens'],
    messages,
    ...(tool && {
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: tool.name,
          schema: tool.schema,
        },
      },
    }),
  });
  if ('error' in request) return request;
  const cachePrefix: ChatMessage[] = isMarked(system) ? request.value.messages.slice(0, 1) : [];
  return { value: { ...request.value, cachePrefix, ...(tool && { tool: tool.name }) } };
}

const stopReasons = { stop: 'end_turn', length: 'max_tokens', content_filter: 'refusal' } as const;

/** Anthropic's input leaves out what was read from the cache or written to it. Absurd usage stays absurd. */
function usageOf(usage: Completion['usage']): Record<string, unknown> | undefined {
  if (usage === undefined) return undefined;
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const [prompt, read, written] = [
    usage['prompt_tokens'],
    details['cached_tokens'] ?? 0,
    details['cache_write_tokens'] ?? 0,
  ];
  return {
    input_tokens: typeof prompt === 'number' ? prompt - Number(read) - Number(written) : prompt,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: usage['completion_tokens'],
    service_tier: 'standard',
  };
}

const asInput = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

function body({ id, model }: Envelope, made: Completion, request: ChatRequest): string {
  const input = request.tool === undefined ? undefined : asInput(made.text);
  const isCall = isObject(input);
  return JSON.stringify({
    id: id.replace('chatcmpl-', 'msg_'),
    type: 'message',
    role: 'assistant',
    model,
    content: isCall
      ? [{ type: 'tool_use', id: id.replace('chatcmpl-', 'toolu_'), name: request.tool, input }]
      : made.text === ''
        ? []
        : [{ type: 'text', text: made.text }],
    stop_reason: isCall && made.finishReason === 'stop' ? 'tool_use' : stopReasons[made.finishReason],
    stop_sequence: null,
    usage: usageOf(made.usage),
  });
}

export const anthropicDialect: Dialect = {
  keyOf: (headers) => {
    const key = headers['x-api-key'];
    return typeof key === 'string' && /^\S+$/.test(key) ? key : undefined;
  },
  read,
  body,
  error: ({ status, message }) =>
    JSON.stringify({ type: 'error', error: { type: types[status] ?? 'api_error', message } }),
};
