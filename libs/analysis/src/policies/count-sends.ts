import type { AttemptRecord, Rung } from '../ports';
import { sendsPerRung } from './answer-fault';

type Sent = Pick<AttemptRecord, 'provider' | 'model' | 'sentAt' | 'outcome'>;
type Named = Pick<Rung, 'provider' | 'model'>;

/** What would be answered the same again: the request itself was refused. */
const final = new Set(['bad-request', 'content-filter']);

/** The sends of a job are counted over all its claims: coming back by way of the queue buys no new ones. */
export const countSends = (attempts: readonly Sent[]): number =>
  attempts.filter(({ sentAt }) => sentAt !== null).length;

const sendsTo = (attempts: readonly Sent[], rung: Named): readonly Sent[] =>
  attempts.filter(
    ({ provider, model, sentAt }) => sentAt !== null && provider === rung.provider && model === rung.model,
  );

export const countSendsTo = (attempts: readonly Sent[], rung: Named): number => sendsTo(attempts, rung).length;

const lasting = new Set([...final, 'auth', 'quota', 'internal']);

/** Whether a rung has had its sends, or has refused this very request. */
export const isSpent = (attempts: readonly Sent[], rung: Named): boolean => {
  const sends = sendsTo(attempts, rung);
  return sends.length >= sendsPerRung || sends.some(({ outcome }) => outcome !== null && final.has(outcome));
};

/** Whether a climb that has come to the end of its ladder may come back to this rung: it was passed by, or failed in a way that passes. */
export const isLeft = (attempts: readonly Sent[], rung: Named): boolean =>
  !isSpent(attempts, rung) && sendsTo(attempts, rung).every(({ outcome }) => outcome === null || !lasting.has(outcome));
