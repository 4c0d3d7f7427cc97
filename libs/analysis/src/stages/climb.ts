import type { Fault } from '@winnow/kernel';
import { answerFault, type NextSend } from '../policies/answer-fault';
import { countCuts, growBound } from '../policies/bound-answer';
import { countSends, countSendsTo, isLeft } from '../policies/count-sends';
import type { ClaimedJob, Rung, Verdict } from '../ports';
import { failed, later, type Answered, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';
import type { Opening } from './open-attempt';
import { openFrom } from './open-from';
import { send } from './send';

const longestSliceMs = 500;

const slicesBetweenLooks = 3;

/** In slices, so that neither a process that was asked to stop nor a job that was canceled waits out a provider's Retry-After. */
const pause = async (at: FulfilPorts, job: ClaimedJob, ms: number): Promise<'over' | 'canceling'> => {
  for (let left = ms, slice = 1; left > 0 && !at.stopping(); left -= longestSliceMs, slice += 1) {
    await at.wait(Math.min(left, longestSliceMs));
    if (slice % slicesBetweenLooks === 0 && !(await at.journal.stands(job))) return 'canceling';
  }
  return 'over';
};

const codeOf = (fault: Fault): 'answer-invalid' | 'provider-refused' | 'provider-failed' => {
  if (fault.kind === 'malformed' || fault.kind === 'truncated') return 'answer-invalid';
  return ['content-filter', 'bad-request', 'auth', 'quota'].includes(fault.kind)
    ? 'provider-refused'
    : 'provider-failed';
};

/** How a climb ended that brought no answer. */
export interface Ended {
  readonly answer: Verdict;
  readonly note: string;
  readonly why?: string;
}

/** The rungs that a climb may use: from where it began, none below. */
interface Span {
  readonly open: OpenAttempt;
  readonly bottom: number;
}

const rungsLeft = ({ ladder, attempts }: FulfilAsk, { open, bottom }: Span): readonly Rung[] =>
  ladder.filter((rung, index) => index >= bottom && index !== open.rungIndex && isLeft(attempts, rung));

const nextSend = (at: FulfilPorts, flow: FulfilAsk, span: Span, fault: Fault): NextSend => {
  const { open } = span;
  const left = rungsLeft(flow, span);
  return answerFault(
    fault,
    {
      onRung: countSendsTo(flow.attempts, open.rung),
      inAll: countSends(flow.attempts),
      rungsLeft: left.length,
      fresh: left.filter((rung) => countSendsTo(flow.attempts, rung) === 0).length,
      leftMs: flow.untilMs - at.clock.monotonicMs(),
      timeoutMs: at.timeoutMs,
      cuts: countCuts(flow.attempts),
      canGrow: growBound(flow.prompt.maxTokens, open.rung.price.maxOutput) > open.maxTokens,
      late: flow.job.deadlinePassed,
    },
    at.random,
  );
};

/** What stands behind is tried first. A rung that was passed by, since its gate was shut then, is worth more than giving up. */
const openNext = async (at: FulfilPorts, flow: FulfilAsk, { open, bottom }: Span): Promise<Opening | null> =>
  (await openFrom(at, flow, open.rungIndex + 1)) ?? openFrom(at, flow, bottom);

/** What follows a failed send: the next attempt, with its money set aside, or the end of this claim. */
const goOn = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  span: Span,
  fault: Fault,
): Promise<{ readonly open: OpenAttempt } | Ended> => {
  const gaveUp = failed(codeOf(fault), fault.detail, fault.retryable, flow.attempts.at(-1)?.n ?? null);
  const next = nextSend(at, flow, span, fault);
  if (next.do === 'give-up') return { answer: gaveUp, note: fault.kind, why: next.why };
  if (next.do === 'later') return { answer: later(next.waitMs), note: fault.kind, why: `again in ${next.waitMs} ms` };
  if ((await pause(at, flow.job, next.waitMs)) === 'canceling')
    return { answer: { state: 'canceling' }, note: 'canceling', why: 'asked to stop while it waited to send again' };
  const opening =
    next.do === 'next-rung' ? await openNext(at, flow, span) : await openFrom(at, flow, span.open.rungIndex);
  if (opening === null) return { answer: gaveUp, note: fault.kind, why: 'the ladder ends' };
  if ('open' in opening) return opening;
  return opening.refused.state === 'failed'
    ? { answer: gaveUp, note: fault.kind, why: `${fault.detail}; no second send: ${opening.why}` }
    : { answer: opening.refused, note: opening.note ?? 'refused', why: opening.why };
};

/** One owner of every send: from an open attempt on until an answer can be read, the sends are used up, or the money is. */
export const climb = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  from: OpenAttempt,
  bottom = 0,
): Promise<{ readonly answered: Answered; readonly sends: number } | Ended> => {
  let open = from;
  for (let sends = 1; ; sends += 1) {
    const sent = await send(at, flow, open);
    if ('stop' in sent) return { answer: sent.stop, note: sent.stop.state };
    if ('answered' in sent) return { answered: sent.answered, sends };
    const next = await goOn(at, flow, { open, bottom }, sent.fault);
    if ('answer' in next) return next;
    open = next.open;
  }
};
