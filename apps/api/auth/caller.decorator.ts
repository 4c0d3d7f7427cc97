import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { exchangeOf } from '../http/exchange';
import type { Caller } from './caller';

export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = exchangeOf(context.switchToHttp().getRequest());
  if (caller === undefined) throw new Error('a route without authentication asked who is calling');
  return caller;
});

export const IdempotencyKeyOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    exchangeOf(context.switchToHttp().getRequest()).idempotencyKey,
);
