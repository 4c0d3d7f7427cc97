import { fault, toFault, type Fault } from '@winnow/kernel';
import { APIConnectionError, APIError } from 'openai';
import { readRetryAfterMs } from './retry-after';

const retryAfterMs = (headers: Headers | undefined): number | undefined =>
  readRetryAfterMs((name) => headers?.get(name));

const ofStatus = (error: APIError<number, Headers, object | undefined>): Fault => {
  const { status, message, code } = error;
  const extra = { status };
  if (code === 'insufficient_quota' || status === 402) return fault('quota', message, extra);
  if (code === 'content_filter') return fault('content-filter', message, { ...extra, billed: 'no' });
  if (status === 429) return fault('rate-limited', message, { ...extra, retryAfterMs: retryAfterMs(error.headers) });
  if (status === 401 || status === 403) return fault('auth', message, extra);
  if (status === 408) return fault('timeout', message, extra);
  // A provider that explains its failure has not answered and does not bill; one that fails without a word may have done both, and a gateway
  // that only ran out of patience cannot know.
  if (status >= 500 || status === 409)
    return fault('server-error', message, {
      ...extra,
      billed: error.error === undefined || status === 504 ? 'maybe' : 'no',
      retryAfterMs: retryAfterMs(error.headers),
    });
  return fault('bad-request', message, extra);
};

/** The one place where what the SDK throws is read. */
export const classify = (error: unknown, timedOut: boolean): Fault => {
  if (timedOut) return fault('timeout', 'no answer in time');
  if (error instanceof APIConnectionError) {
    const cause = toFault(error.cause ?? error);
    return cause.kind === 'internal' ? fault('reset', error.message) : cause;
  }
  if (error instanceof APIError && typeof error.status === 'number')
    return ofStatus(error as APIError<number, Headers, object | undefined>);
  if (error instanceof SyntaxError) return fault('malformed', 'the body is not JSON', { billed: 'maybe' });
  return toFault(error);
};
