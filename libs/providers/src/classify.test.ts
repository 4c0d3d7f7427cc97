import type { Fault } from '@winnow/kernel';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { classify } from './classify';

const coded = (code: string, more: object = {}) => Object.assign(new Error('it broke'), { code, ...more });
/** As undici's fetch and the SDK wrap it. */
const connection = (cause: Error) =>
  new APIConnectionError({ cause: Object.assign(new TypeError('fetch failed'), { cause }) });
const refused = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  APIError.generate(status, body as object, undefined, new Headers(headers));
const said = (message: string, code: string | null = null) => ({ error: { message, code, type: 'x', param: null } });

type Expected = Partial<Fault>;

test.each<[string, unknown, Expected]>([
  ['429', refused(429, said('slow down')), { kind: 'rate-limited', billed: 'no', retryable: true, status: 429 }],
  [
    '429 for want of credit',
    refused(429, said('no credit', 'insufficient_quota')),
    { kind: 'quota', billed: 'no', retryable: false },
  ],
  ['402', refused(402, said('pay first')), { kind: 'quota', billed: 'no', retryable: false }],
  ['401', refused(401, said('bad key')), { kind: 'auth', billed: 'no', retryable: false }],
  ['403', refused(403, said('not yours')), { kind: 'auth', billed: 'no', retryable: false }],
  ['400', refused(400, said('bad schema')), { kind: 'bad-request', billed: 'no', retryable: false }],
  ['404', refused(404, said('no such model')), { kind: 'bad-request', billed: 'no', retryable: false }],
  ['422', refused(422, said('too long')), { kind: 'bad-request', billed: 'no', retryable: false }],
  [
    'a prompt that is filtered',
    refused(400, said('filtered', 'content_filter')),
    { kind: 'content-filter', billed: 'no' },
  ],
  ['408', refused(408, said('too slow')), { kind: 'timeout', billed: 'maybe', retryable: true }],
  ['409', refused(409, said('busy')), { kind: 'server-error', billed: 'no', retryable: true }],
  ['500 with its reason', refused(500, said('oops')), { kind: 'server-error', billed: 'no', retryable: true }],
  ['500 without a word', refused(500, undefined), { kind: 'server-error', billed: 'maybe', retryable: true }],
  ['502 of a gateway, in HTML', refused(502, undefined), { kind: 'server-error', billed: 'maybe' }],
  ['503 of something that knows no error', refused(503, { detail: 'x' }), { kind: 'server-error', billed: 'maybe' }],
  [
    '504: a gateway cannot know what was done behind it',
    refused(504, said('upstream')),
    { kind: 'server-error', billed: 'maybe' },
  ],
  ['529', refused(529, said('overloaded')), { kind: 'server-error', billed: 'no', retryable: true }],
  ['nobody listens', connection(coded('ECONNREFUSED')), { kind: 'refused-connection', billed: 'no' }],
  ['no such name', connection(coded('ENOTFOUND')), { kind: 'refused-connection', billed: 'no' }],
  [
    'a certificate that is refused',
    connection(coded('CERT_HAS_EXPIRED')),
    { kind: 'refused-connection', billed: 'no' },
  ],
  ['no connection in time', connection(coded('UND_ERR_CONNECT_TIMEOUT')), { kind: 'timeout', billed: 'no' }],
  [
    'and as the SDK tells it',
    Object.assign(new APIConnectionTimeoutError(), { cause: connection(coded('UND_ERR_CONNECT_TIMEOUT')) }),
    { kind: 'timeout', billed: 'no' },
  ],
  ['no headers in time', connection(coded('UND_ERR_HEADERS_TIMEOUT')), { kind: 'timeout', billed: 'maybe' }],
  ['the other side hung up', connection(coded('UND_ERR_SOCKET')), { kind: 'reset', billed: 'maybe' }],
  ['reset', connection(coded('ECONNRESET')), { kind: 'reset', billed: 'maybe' }],
  [
    'a route that went away before',
    connection(coded('EHOSTUNREACH', { syscall: 'connect' })),
    { kind: 'refused-connection', billed: 'no' },
  ],
  [
    'a route that went away in the middle',
    connection(coded('EHOSTUNREACH', { syscall: 'read' })),
    { kind: 'reset', billed: 'maybe' },
  ],
  [
    'something of the connection that nobody knows',
    connection(new Error('strange')),
    { kind: 'reset', billed: 'maybe' },
  ],
  ['the SDK’s own time-out, without a cause', new APIConnectionTimeoutError(), { kind: 'reset', billed: 'maybe' }],
  [
    'a body that is no JSON',
    new SyntaxError('Unexpected token'),
    { kind: 'malformed', billed: 'maybe', retryable: true },
  ],
  [
    'a body that breaks off',
    Object.assign(new TypeError('terminated'), { cause: coded('UND_ERR_SOCKET') }),
    { kind: 'reset', billed: 'maybe' },
  ],
  ['a body without end', coded('UND_ERR_RES_EXCEEDED_MAX_SIZE'), { kind: 'malformed', billed: 'yes' }],
  ['our own bug', new TypeError('x is not a function'), { kind: 'internal', retryable: false }],
])('%s', (_name, error, expected) => expect(classify(error, false)).toMatchObject(expected));

test.each([
  ['the SDK calls it an abort', new APIUserAbortError()],
  ['the connection broke of it', connection(coded('ECONNRESET'))],
  ['the body broke off of it', new SyntaxError('Unexpected end')],
])('our own time ran out, and %s: a time-out, and it may be billed', (_name, error) =>
  expect(classify(error, true)).toMatchObject({ kind: 'timeout', billed: 'maybe', retryable: true }),
);

describe('Retry-After', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') }));
  afterEach(() => jest.useRealTimers());
  test.each<[string, Record<string, string>, number | undefined]>([
    ['not said', {}, undefined],
    ['in seconds', { 'retry-after': '2' }, 2_000],
    ['at once', { 'retry-after': '0' }, 0],
    ['in parts of a second', { 'retry-after': '0.25' }, 250],
    ['in milliseconds, which are more exact', { 'retry-after-ms': '150', 'retry-after': '1' }, 150],
    ['as a date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    ['as a date that is past', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, undefined],
    ['in words', { 'retry-after': 'soon' }, undefined],
    ['below zero', { 'retry-after': '-5' }, undefined],
    ['empty', { 'retry-after': '' }, undefined],
  ])('%s', (_name, headers, ms) => {
    for (const status of [429, 503])
      expect(classify(refused(status, said('later'), headers), false).retryAfterMs).toBe(ms);
  });
});

test('what a provider writes is bounded, and can be stored', () => {
  const { detail } = classify(refused(400, said(`${'x'.repeat(495)}😀\0 and so on`)), false);
  expect(detail.length).toBeLessThanOrEqual(500);
  expect(detail.isWellFormed()).toBe(true);
  expect(detail).not.toContain('\0');
});
