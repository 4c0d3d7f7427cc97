import type { Fault, Stage } from '@winnow/kernel';
import { answerFault, type NextSend } from '../policies/answer-fault';
import { countSends, countSendsTo } from '../policies/count-sends';
import type { ClaimedJob, Verdict } from '../ports';
import { closeAttempt } from './close-attempt';
import { failed, later, type Answered, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';
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
  if (fault.kind === 'malformed') return 'answer-invalid';
  return ['content-filter', 'bad-request', 'auth', 'quota'].includes(fault.kind)
    ? 'provider-refused'
    : 'provider-failed';
};

interface Ended {
  readonly answer: Verdict;
  readonly note: string;
  readonly why?: string;
}

const nextSend = (at: FulfilPorts, flow: FulfilAsk, open: OpenAttempt, fault: Fault): NextSend =>
  answerFault(
    fault,
    {
      onRung: countSendsTo(flow.attempts, open.rung),
      inAll: countSends(flow.attempts),
      rungsLeft: flow.ladder.length - 1 - open.rungIndex,
      leftMs: flow.untilMs - at.clock.monotonicMs(),
      timeoutMs: at.timeoutMs,
      late: flow.job.deadlinePassed,
    },
    at.random,
  );

/** What follows a failed send: the next attempt, with its money set aside, or the end of this claim. */
const goOn = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  open: OpenAttempt,
  fault: Fault,
): Promise<{ readonly open: OpenAttempt } | Ended> => {
  const gaveUp = failed(codeOf(fault), fault.detail, fault.retryable, flow.attempts.at(-1)?.n ?? null);
  const next = nextSend(at, flow, open, fault);
  if (next.do === 'give-up') return { answer: gaveUp, note: fault.kind, why: next.why };
  if (next.do === 'later') return { answer: later(next.waitMs), note: fault.kind, why: `again in ${next.waitMs} ms` };
  if ((await pause(at, flow.job, next.waitMs)) === 'canceling')
    return { answer: { state: 'canceling' }, note: 'canceling', why: 'asked to stop while it waited to send again' };
  const opening = await openFrom(at, flow, open.rungIndex + (next.do === 'next-rung' ? 1 : 0));
  if (opening === null) return { answer: gaveUp, note: fault.kind, why: 'the ladder ends' };
  if ('open' in opening) return opening;
  return opening.refused.state === 'failed'
    ? { answer: gaveUp, note: fault.kind, why: `${fault.detail}; no second send: ${opening.why}` }
    : { answer: opening.refused, note: opening.note ?? 'refused', why: opening.why };
};

/** One owner of every send: climbs the ladder until an answer can be read, the sends are used up, or the money is. */
export const execute = (
  at: FulfilPorts,
): Stage<FulfilAsk & { open: OpenAttempt }, { answered: Answered }, Verdict> => ({
  name: 'execute',
  enter: async (flow) => {
    let open = flow.open;
    for (let inAll = 1; ; inAll += 1) {
      const sent = await send(at, flow, open);
      if ('stop' in sent) return { answer: sent.stop, note: sent.stop.state };
      if ('answered' in sent)
        return {
          add: sent,
          note: open.paid === null ? 'ok' : 'reused',
          why: `${open.rung.provider} ${sent.answered.modelResolved}${inAll > 1 ? `, send ${inAll}` : ''}`,
        };
      const next = await goOn(at, flow, open, sent.fault);
      if ('answer' in next) return next;
      open = next.open;
    }
  },
  // Only still held when a stage below failed: the answer is paid for, and the next claim uses it instead of buying it again.
  leave: async (flow) => {
    const { open, text, output: _, ...bill } = flow.answered;
    const isHeld = flow.attempts.some(({ id, state }) => id === open.id && state === 'held');
    if (isHeld)
      await closeAttempt(at, flow, { ...bill, attempt: open.id, kind: 'settled', outcome: 'ok', answer: text });
  },
});
