import type { IncomingMessage } from 'node:http';
import { encodeId, uuidv7 } from '@winnow/kernel';
import type { Caller } from '../auth/caller';
import { pooledRandom } from '../random-pool';

/** What is known of one request beside its bytes. */
export interface Exchange {
  readonly id: string;
  readonly startedMs: number;
  /** the pattern of the route that was matched; metrics and logs never see the path itself */
  route: string;
  caller?: Caller;
  idempotencyKey?: string;
}

const exchanges = new WeakMap<IncomingMessage, Exchange>();
const ownId = /^[\w.-]{1,128}$/;

export const beginExchange = (request: IncomingMessage): Exchange => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && ownId.test(given) ? given : encodeId('req', uuidv7(new Date(), pooledRandom));
  const exchange: Exchange = { id, startedMs: performance.now(), route: 'other' };
  exchanges.set(request, exchange);
  return exchange;
};

export const exchangeOf = (request: IncomingMessage): Exchange => exchanges.get(request) ?? beginExchange(request);
