import type { IncomingHttpHeaders } from 'node:http';
import { type ApiError, errorBody } from './api-error';
import { type ChatRequest, readChatRequest } from './chat-request';
import type { Completion } from './completion';
import { completionBody, type Envelope } from './completion-body';

/** How a provider is spoken to: everything behind it is the same. */
export interface Dialect {
  readonly keyOf: (headers: IncomingHttpHeaders) => string | undefined;
  readonly read: (body: unknown) => { value: ChatRequest } | { error: ApiError };
  readonly body: (envelope: Envelope, made: Completion, request: ChatRequest) => string;
  readonly error: (error: ApiError) => string;
}

export const openAiDialect: Dialect = {
  keyOf: (headers) => /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1],
  read: readChatRequest,
  body: completionBody,
  error: errorBody,
};

/** OpenRouter's: the usage also says what was charged. */
export const openRouterDialect: Dialect = {
  ...openAiDialect,
  body: (envelope, made, request) =>
    completionBody(
      envelope,
      request.includeCost && made.usage !== undefined ? { ...made, usage: { ...made.usage, cost: made.cost } } : made,
    ),
};
