import { HttpException } from '@nestjs/common';
import { problemCodes, Refusal, type ProblemCode } from '@winnow/contracts';
import { FaultError } from '@winnow/kernel';
import { isPassing } from '@winnow/storage';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> & { readonly code: ProblemCode };
}

const soon = { 'retry-after': '5' };

// Of a write nobody knows whether it was stored when the connection broke: only its repeat can tell.
const databaseAway = (writes: boolean): Refusal =>
  writes
    ? new Refusal('budget-unavailable', 'repeat it with the same Idempotency-Key: it is stored once', {}, soon)
    : new Refusal('unavailable', 'the database cannot be reached', {}, soon);

/** Reads whatever was thrown into a refusal, once. What nobody recognises is our own fault, and nothing of it is told. */
export const refusalOf = (error: unknown, writes: boolean): Refusal => {
  if (error instanceof Refusal) return error;
  if (error instanceof HttpException) {
    // All that Nest itself throws on its way to a handler: no route, or a path whose escapes cannot be read.
    const status = error.getStatus();
    if (status === 404 || status === 400) return new Refusal('not-found', 'there is nothing at this path');
  }
  if (
    (error instanceof FaultError && error.fault.kind === 'unavailable') ||
    (error instanceof Error && isPassing(error))
  )
    return databaseAway(writes);
  return new Refusal('internal', 'something went wrong on our side; the instance finds it in our log');
};

export const problemOf = (refusal: Refusal, requestId: string, publicUrl = ''): Problem => {
  const [status, title] = problemCodes[refusal.code];
  return {
    status,
    headers: refusal.headers,
    body: {
      type: `${publicUrl}/problems/${refusal.code}`,
      title,
      status,
      detail: refusal.detail,
      instance: `/requests/${requestId}`,
      code: refusal.code,
      ...refusal.extra,
    },
  };
};
