import { z } from 'zod';

/** Every stable problem code with its status and title: what REST answers, and what /problems/{code} explains. */
export const problemCodes = {
  'malformed-body': [400, 'The body could not be read'],
  'malformed-parameter': [400, 'A query parameter is wrong'],
  'cursor-invalid': [400, 'The cursor does not belong to this list'],
  'idempotency-key-missing': [400, 'This key asks for an Idempotency-Key header'],
  'idempotency-key-invalid': [400, 'The Idempotency-Key header is wrong'],
  'too-deep': [400, 'The body is nested too deeply'],
  unauthenticated: [401, 'No valid API key'],
  'over-budget': [402, 'The budget does not allow this'],
  forbidden: [403, 'The API key lacks a scope'],
  'key-limited': [403, 'A limit of this API key forbids this'],
  'not-found': [404, 'Nothing here'],
  'method-not-allowed': [405, 'This method does not exist here'],
  'not-acceptable': [406, 'None of the accepted media types can be sent'],
  'request-timeout': [408, 'The body did not arrive in time'],
  'idempotency-key-in-use': [409, 'A request with this Idempotency-Key is under way'],
  'state-conflict': [409, 'The state does not allow this'],
  'precondition-failed': [412, 'It has changed since you read it'],
  'body-too-large': [413, 'The body is too large'],
  'uri-too-long': [414, 'The URL is too long'],
  'unsupported-media-type': [415, 'The content type is not taken here'],
  invalid: [422, 'The body is not valid'],
  'request-cost-too-high': [422, 'The cheapest way costs more than maxCost'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used for another body'],
  'task-unknown': [422, 'There is no such task'],
  'task-retired': [422, 'This task has been retired'],
  'model-unpriced': [422, 'The model has no price and is never called'],
  'rate-limited': [429, 'Too many requests'],
  'too-many-streams': [429, 'Too many open streams'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'Something went wrong on our side'],
  'queue-full': [503, 'Too many jobs are waiting'],
  'budget-unavailable': [503, 'The ledger cannot be reached'],
  unavailable: [503, 'Not available at the moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problemCodes;

export const fieldFault = z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() });
export type FieldFault = z.infer<typeof fieldFault>;

export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  errors: z.array(fieldFault).max(100).optional(),
});

/** A refusal on its way to the HTTP edge, where alone it becomes a status. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Refusal';
  }
}
