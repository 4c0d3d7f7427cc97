import type { Rung } from '../ports';
import { settleAnswer } from './close-attempt';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import { gradeQuietly, type Graded } from './grade';
import { openAttempt } from './open-attempt';
import { targetOf } from './open-from';
import { send } from './send';

/**
 * One send to one rung, only to check an answer: it never waits, never climbs, and whatever stands in its way only means that nothing is
 * checked this time.
 */
export const refer = async (at: FulfilPorts, flow: FulfilAsk, rung: Rung): Promise<Graded | null> => {
  if (at.clock.monotonicMs() + at.timeoutMs > flow.untilMs || at.stopping()) return null;
  const id = at.newAttemptId();
  const { maxTokens } = flow.prompt;
  const verdict = await at.gate.enter(targetOf(rung), id, flow.inputTokens + maxTokens);
  if (!('pass' in verdict)) return null;
  const opening = await openAttempt(at, flow, {
    id,
    rung,
    rungIndex: -1,
    maxTokens,
    pass: verdict.pass,
    purpose: 'audit',
  });
  if (!('open' in opening)) return null;
  at.sampling.spend(flow.job.tenantId, opening.open.held);
  const sent = await send(at, flow, opening.open);
  if (!('answered' in sent)) return null;
  await settleAnswer(at, flow, sent.answered);
  return gradeQuietly(at, flow, sent.answered);
};
