/** An error in OpenAI's shape, on its way to the client. */
export interface ApiError {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
}

export const invalidRequest = (message: string, param: string | null = null, status = 400): ApiError => ({
  status,
  message,
  type: 'invalid_request_error',
  code: null,
  param,
});

export const noKey: ApiError = {
  status: 401,
  message: "You didn't provide an API key. Send it in an Authorization header as a Bearer token.",
  type: 'invalid_request_error',
  code: null,
  param: null,
};

export const badKey: ApiError = {
  status: 401,
  message: 'Incorrect API key provided: invalid.',
  type: 'invalid_request_error',
  code: 'invalid_api_key',
  param: null,
};

export const unknownModel = (model: string): ApiError => ({
  status: 404,
  message: `The model \`${model.slice(0, 100)}\` does not exist or you do not have access to it.`,
  type: 'invalid_request_error',
  code: 'model_not_found',
  param: null,
});

export const rateLimited: ApiError = {
  status: 429,
  message: 'Rate limit reached for requests. Please try again later.',
  type: 'requests',
  code: 'rate_limit_exceeded',
  param: null,
};

export const quotaSpent: ApiError = {
  status: 429,
  message: 'You exceeded your current quota, please check your plan and billing details.',
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  param: null,
};

export const serverError: ApiError = {
  status: 500,
  message: 'The server had an error while processing your request.',
  type: 'server_error',
  code: null,
  param: null,
};

export const overloaded: ApiError = {
  status: 503,
  message: 'The engine is currently overloaded, please try again later.',
  type: 'server_error',
  code: null,
  param: null,
};

export const filtered: ApiError = {
  status: 400,
  message: 'The response was filtered because the prompt triggered the content management policy.',
  type: 'invalid_request_error',
  code: 'content_filter',
  param: 'prompt',
};

export const errorBody = ({ message, type, code, param }: ApiError): string =>
  JSON.stringify({ error: { message, type, param, code } });
