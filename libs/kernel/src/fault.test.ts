import { fault, FaultError, toFault, type FaultKind } from './fault';

const coded = (code: string, message = 'it broke') => Object.assign(new Error(message), { code });
const wrapped = (error: unknown, times: number): unknown =>
  times === 0 ? error : new Error('wrapped', { cause: wrapped(error, times - 1) });

test.each<[FaultKind, boolean, string]>([
  ['timeout', true, 'maybe'],
  ['refused-connection', true, 'no'],
  ['reset', true, 'maybe'],
  ['rate-limited', true, 'no'],
  ['server-error', true, 'maybe'],
  ['auth', false, 'no'],
  ['quota', false, 'no'],
  ['bad-request', false, 'no'],
  ['content-filter', false, 'maybe'],
  ['malformed', true, 'yes'],
  ['truncated', true, 'yes'],
  ['canceled', false, 'maybe'],
  ['unavailable', true, 'no'],
  ['internal', false, 'no'],
])('%s: retryable %s, billed %s', (kind, retryable, billed) =>
  expect(fault(kind, 'why')).toEqual({ kind, detail: 'why', retryable, billed }),
);

test('what is stated wins over the table', () => {
  expect(fault('server-error', 'x', { billed: 'no', retryable: false, status: 529, retryAfterMs: 10 })).toEqual({
    kind: 'server-error',
    detail: 'x',
    retryable: false,
    billed: 'no',
    status: 529,
    retryAfterMs: 10,
  });
});

test('a FaultError is an Error with a readable message and a cause', () => {
  const cause = new Error('below');
  const error = new FaultError(fault('auth', 'bad key'), { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'FaultError', message: 'auth: bad key', cause });
});

describe('toFault', () => {
  test.each<[string, unknown, FaultKind, string]>([
    ['ECONNREFUSED', coded('ECONNREFUSED'), 'refused-connection', 'no'],
    ['ENOTFOUND', coded('ENOTFOUND'), 'refused-connection', 'no'],
    [
      'no route to connect by',
      Object.assign(coded('EHOSTUNREACH'), { syscall: 'connect' }),
      'refused-connection',
      'no',
    ],
    ['no route any more', Object.assign(coded('EHOSTUNREACH'), { syscall: 'read' }), 'reset', 'maybe'],
    ['a certificate that is refused', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'refused-connection', 'no'],
    ['ECONNRESET', coded('ECONNRESET'), 'reset', 'maybe'],
    ['EPIPE', coded('EPIPE'), 'reset', 'maybe'],
    ['ETIMEDOUT', coded('ETIMEDOUT'), 'timeout', 'maybe'],
    ['undici: no connection in time', coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout', 'no'],
    ['undici: no headers in time', coded('UND_ERR_HEADERS_TIMEOUT'), 'timeout', 'maybe'],
    ['undici: socket', coded('UND_ERR_SOCKET'), 'reset', 'maybe'],
    ['undici: aborted', coded('UND_ERR_ABORTED'), 'canceled', 'maybe'],
    ['undici: anything new', coded('UND_ERR_WHATEVER'), 'reset', 'maybe'],
    ['an abort', new DOMException('stop', 'AbortError'), 'canceled', 'maybe'],
    ['an abort of node', Object.assign(coded('ABORT_ERR'), { name: 'AbortError' }), 'canceled', 'maybe'],
    ['a timeout', new DOMException('slow', 'TimeoutError'), 'timeout', 'maybe'],
    ['an abort by a timer', wrapAbort(new DOMException('slow', 'TimeoutError')), 'timeout', 'maybe'],
    ['an abort by a reset', wrapAbort(coded('ECONNRESET')), 'reset', 'maybe'],
    ['five causes down', wrapped(coded('ECONNRESET'), 5), 'reset', 'maybe'],
    ['six causes down', wrapped(coded('ECONNRESET'), 6), 'internal', 'no'],
    ['a bug', new TypeError('x is not a function'), 'internal', 'no'],
    ['another code', coded('EACCES'), 'internal', 'no'],
    ['a code that is a property of every object', coded('toString'), 'internal', 'no'],
    ['a string', 'boom', 'internal', 'no'],
    ['nothing', undefined, 'internal', 'no'],
    ['null', null, 'internal', 'no'],
  ])('%s', (_name, error, kind, billed) => expect(toFault(error)).toMatchObject({ kind, billed }));

  test('keeps a fault that was read already, also inside other errors', () => {
    const known = fault('quota', 'no credit', { status: 429 });
    expect(toFault(new FaultError(known))).toBe(known);
    expect(toFault(wrapped(new FaultError(known), 2))).toBe(known);
  });

  test('a cycle of causes ends', () => {
    const error = new Error('round');
    error.cause = error;
    expect(toFault(error)).toMatchObject({ kind: 'internal', detail: 'round' });
  });

  test('tells the code and a bounded message', () => {
    expect(toFault(coded('EPIPE')).detail).toBe('EPIPE: it broke');
    expect(toFault(new Error('x'.repeat(5_000))).detail).toHaveLength(500);
    expect(toFault(new Error('')).detail).toBe('no message');
    expect(toFault('boom').detail).toBe('boom');
    expect(fault('auth', `${'x'.repeat(499)}😀`).detail.isWellFormed()).toBe(true);
  });
});

function wrapAbort(cause: unknown): unknown {
  return Object.assign(new Error('aborted', { cause }), { name: 'AbortError', code: 'ABORT_ERR' });
}
