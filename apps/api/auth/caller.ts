import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { KeyRecord, TenantId } from '@winnow/storage';
import { exchangeOf } from '../http/exchange';

/** Who asks: made by authentication and by nothing else. */
export interface Caller {
  readonly key: KeyRecord;
  readonly tenant: TenantId;
}

export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = exchangeOf(context.switchToHttp().getRequest());
  if (caller === undefined) throw new Error('a route without authentication asked who is calling');
  return caller;
});

export const IdempotencyKeyOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    exchangeOf(context.switchToHttp().getRequest()).idempotencyKey,
);
