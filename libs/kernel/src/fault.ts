import { legible } from './legible';

export type FaultKind =
  | 'timeout'
  | 'refused-connection'
  | 'reset'
  | 'rate-limited'
  | 'server-error'
  | 'auth'
  | 'quota'
  | 'bad-request'
  | 'content-filter'
  | 'malformed'
  | 'truncated'
  | 'canceled'
  | 'unavailable'
  | 'internal';

/** A foreign failure, read once at the adapter. `billed` says whether the other side may charge for it. */
export interface Fault {
  readonly kind: FaultKind;
  readonly detail: string;
  readonly retryable: boolean;
  readonly billed: 'no' | 'maybe' | 'yes';
  readonly retryAfterMs?: number;
  readonly status?: number;
}

const MAX_DETAIL = 500;

/** Once the bytes may have left, only the other side knows whether it charged; that is what `maybe` stands for. */
const DEFAULTS: Readonly<Record<FaultKind, Pick<Fault, 'retryable' | 'billed'>>> = {
  timeout: { retryable: true, billed: 'maybe' },
  'refused-connection': { retryable: true, billed: 'no' },
  reset: { retryable: true, billed: 'maybe' },
  'rate-limited': { retryable: true, billed: 'no' },
  'server-error': { retryable: true, billed: 'maybe' },
  auth: { retryable: false, billed: 'no' },
  quota: { retryable: false, billed: 'no' },
  'bad-request': { retryable: false, billed: 'no' },
  // A filtered prompt is free with some providers, a filtered completion was generated and is not.
  'content-filter': { retryable: false, billed: 'maybe' },
  malformed: { retryable: true, billed: 'yes' },
  truncated: { retryable: true, billed: 'yes' },
  canceled: { retryable: false, billed: 'maybe' },
  unavailable: { retryable: true, billed: 'no' },
  internal: { retryable: false, billed: 'no' },
};

export const fault = (
  kind: FaultKind,
  detail: string,
  extra: Partial<Pick<Fault, 'retryable' | 'billed' | 'retryAfterMs' | 'status'>> = {},
): Fault => ({ kind, detail: legible(detail, MAX_DETAIL), ...DEFAULTS[kind], ...extra });

export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;

  constructor(of: Fault, options?: ErrorOptions) {
    super(`${of.kind}: ${of.detail}`, options);
    this.fault = of;
  }
}

type Reading = readonly [kind: FaultKind, extra?: Partial<Pick<Fault, 'billed'>>];

const READINGS: Readonly<Record<string, Reading>> = {
  ECONNREFUSED: ['refused-connection'],
  ENOTFOUND: ['refused-connection'],
  EAI_AGAIN: ['refused-connection'],
  // TLS fails before the request is written.
  CERT_HAS_EXPIRED: ['refused-connection'],
  CERT_NOT_YET_VALID: ['refused-connection'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['refused-connection'],
  SELF_SIGNED_CERT_IN_CHAIN: ['refused-connection'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['refused-connection'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['refused-connection'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['refused-connection'],
  EHOSTUNREACH: ['refused-connection'],
  ENETUNREACH: ['refused-connection'],
  ECONNRESET: ['reset'],
  EPIPE: ['reset'],
  ETIMEDOUT: ['timeout'],
  ABORT_ERR: ['canceled'],
  UND_ERR_ABORTED: ['canceled'],
  // No connection, so nothing was sent that could be charged.
  UND_ERR_CONNECT_TIMEOUT: ['timeout', { billed: 'no' }],
  UND_ERR_HEADERS_TIMEOUT: ['timeout'],
  UND_ERR_BODY_TIMEOUT: ['timeout'],
  UND_ERR_SOCKET: ['reset'],
  UND_ERR_CLOSED: ['unavailable'],
  UND_ERR_DESTROYED: ['unavailable', { billed: 'maybe' }],
  UND_ERR_HEADERS_OVERFLOW: ['malformed'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['malformed'],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['malformed'],
  UND_ERR_INVALID_ARG: ['internal'],
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: ['internal'],
};

const readingOf = (code: string): Reading | undefined => {
  if (Object.hasOwn(READINGS, code)) return READINGS[code];
  // Anything else that undici names happened on a connection: as doubtful as a reset.
  return code.startsWith('UND_ERR_') ? ['reset'] : undefined;
};

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

const MAX_CAUSES = 5;

/** The error and up to five causes: fetch and the SDKs wrap the error that has the code. Bounded, as a cause may be a cycle. */
const chainOf = (error: unknown): ErrorLike[] => {
  const chain: ErrorLike[] = [];
  for (let link = error; typeof link === 'object' && link !== null && chain.length <= MAX_CAUSES;) {
    chain.push(link);
    link = (link as ErrorLike).cause;
  }
  return chain;
};

const detailOf = ({ code, message }: ErrorLike): string =>
  [code, message].filter((part) => typeof part === 'string' && part !== '').join(': ') || 'no message';

/** A route that goes away is told by the same codes before a connection and in the middle of one. */
const isMidway = ({ syscall }: ErrorLike): boolean => syscall === 'read' || syscall === 'write';

const ofCode = (link: ErrorLike): Fault | undefined => {
  const reading = typeof link.code === 'string' ? readingOf(link.code) : undefined;
  if (reading?.[0] === 'refused-connection' && isMidway(link)) return fault('reset', detailOf(link));
  return reading && fault(reading[0], detailOf(link), reading[1]);
};

const ofName =
  (name: string, kind: FaultKind) =>
  (link: ErrorLike): Fault | undefined =>
    link.name === name ? fault(kind, detailOf(link)) : undefined;

/** In order of trust. AbortError comes last: an abort by a timer is an AbortError with a TimeoutError for its cause. */
const READERS: readonly ((link: ErrorLike) => Fault | undefined)[] = [
  (link) => (link instanceof FaultError ? link.fault : undefined),
  ofName('TimeoutError', 'timeout'),
  (link) => (link.code === 'ABORT_ERR' ? undefined : ofCode(link)),
  ofName('AbortError', 'canceled'),
  ofCode,
];

/** Reads any thrown value into a Fault; what nobody recognises is our own bug, `internal`. */
export const toFault = (error: unknown): Fault => {
  const chain = chainOf(error);
  for (const read of READERS)
    for (const link of chain) {
      const found = read(link);
      if (found) return found;
    }
  return fault('internal', chain[0] ? detailOf(chain[0]) : String(error));
};
