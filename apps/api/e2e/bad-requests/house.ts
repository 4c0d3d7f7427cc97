import type { Ask } from '../ask';

/** What the table needs to know of the house that it is sent to. */
export interface House {
  readonly key: string;
  /** a key of the same tenant that may only read usage */
  readonly usageKey: string;
  /** a key of the same tenant that may spend a cent a request */
  readonly smallKey: string;
  /** a key of the same tenant that asks for an Idempotency-Key */
  readonly strictKey: string;
  readonly revokedKey: string;
  readonly expiredKey: string;
  readonly unknownKey: string;
  /** a job of this tenant, taken under the Idempotency-Key `first` */
  readonly job: string;
  readonly foreignJob: string;
  /** a cursor of this tenant's list of all jobs */
  readonly cursor: string;
}

export interface BadRequest extends Ask {
  readonly kind: string;
  readonly name: string;
  readonly expect: { readonly status: number; readonly code: string; readonly pointer?: string };
}

export type Case = Omit<BadRequest, 'kind'>;

export type Kinds = Record<string, (house: House) => Case[]>;

export const jobs = '/api/v1/jobs';
export const quotes = '/api/v1/quotes';
export const good = { task: 'review.sentiment', input: { text: 'Great sound, poor battery' } };
export const invalid = (pointer: string): BadRequest['expect'] => ({ status: 422, code: 'invalid', pointer });

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
export const json = (key: string) => ({ ...bearer(key), 'content-type': 'application/json' });

export const posting =
  (key: string) =>
  (
    name: string,
    body: unknown,
    expect: BadRequest['expect'],
    headers: Record<string, string | undefined> = {},
  ): Case => ({
    name,
    method: 'POST',
    path: jobs,
    headers: { ...json(key), ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    expect,
  });

export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 40) ?? 'nothing';
