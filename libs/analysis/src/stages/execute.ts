import { toFault, fault as makeFault, type Fault, type Stage } from '@winnow/kernel';
import { answerFault, type NextSend } from '../policies/answer-fault';
import { billedPrice } from '../policies/billed-price';
import { priceUsage } from '../policies/price-usage';
import { readAnswer } from '../policies/read-answer';
import { readUsage } from '../policies/read-usage';
import type { Call, ClaimedJob, Completion, Verdict } from '../ports';
import { closeAttempt, noteSent } from './close-attempt';
import { failed, type Answered, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';
import { openFrom } from './open-attempt';

type Sent = { readonly answered: Answered } | { readonly fault: Fault } | { readonly stop: Verdict };

const empty = { providerId: null, modelResolved: null, tokens: null, estimated: false, answer: null };

/** Reads a completion: usage into a bill, text into an output. A paid answer that cannot be used is booked here, before it is asked for again. */
const weigh = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  open: OpenAttempt,
  got: Completion,
  ms: number,
): Promise<Sent> => {
  const { tokens, estimated } = readUsage(got.usage, {
    input: flow.inputTokens,
    hasText: got.text !== '',
    output: () => flow.countOutput(got.text),
  });
  const nanos = priceUsage(billedPrice(open.rung, got.serviceTier), tokens);
  const reading = readAnswer(flow.task, got.text, got.finish);
  const bill = { providerId: got.id, modelResolved: got.model, tokens, estimated, nanos, ms };
  if (reading.ok) return { answered: { open, output: reading.output, text: got.text, ...bill } };
  const filtered = got.finish === 'content_filter';
  const outcome = filtered ? 'content-filter' : 'invalid';
  await closeAttempt(at, flow, { ...bill, attempt: open.id, kind: 'settled', outcome, answer: null });
  return { fault: makeFault(filtered ? 'content-filter' : 'malformed', reading.why) };
};

/** Free only where the provider says so. What we could not even classify, once sent, counts as billed until the provider's account says otherwise. */
const isFree = (fault: Fault): boolean => fault.billed === 'no' && fault.kind !== 'internal';

const closeFault = (at: FulfilPorts, flow: FulfilAsk, open: OpenAttempt, fault: Fault, ms: number): Promise<void> =>
  closeAttempt(at, flow, {
    ...empty,
    attempt: open.id,
    kind: isFree(fault) ? 'released' : 'unknown',
    nanos: 0n,
    outcome: fault.kind,
    ms,
  });

const release = (at: FulfilPorts, flow: FulfilAsk, open: OpenAttempt): Promise<void> =>
  closeAttempt(at, flow, { ...empty, attempt: open.id, kind: 'released', nanos: 0n, outcome: 'unsent', ms: null });

/** A stream may take longer than a plain answer, but never longer than the claim stands. */
const longestStreamMs = 120_000;

const streamOf = (at: FulfilPorts, flow: FulfilAsk, isAgain: boolean): Pick<Call, 'stream'> =>
  flow.live === undefined
    ? {}
    : {
        stream: {
          onText: flow.live.open(flow.task, flow.prompt.schema.body, isAgain),
          withinMs: Math.max(1, Math.min(longestStreamMs, flow.untilMs - at.clock.monotonicMs())),
        },
      };

const send = async (at: FulfilPorts, flow: FulfilAsk, open: OpenAttempt, isAgain: boolean): Promise<Sent> => {
  if (at.stopping()) {
    await release(at, flow, open);
    return { stop: { state: 'queued' } };
  }
  const sentAt = open.sentAt ?? (await at.ledger.markSent(open.id));
  if (sentAt === null) {
    await release(at, flow, open);
    return { stop: { state: 'canceling' } };
  }
  noteSent(flow, open.id, sentAt);
  const began = at.clock.monotonicMs();
  const took = () => Math.round(at.clock.monotonicMs() - began);
  let got: Completion;
  try {
    got = await at.providers.complete({
      attempt: open.id,
      rung: open.rung,
      ...flow.prompt,
      ...streamOf(at, flow, isAgain),
    });
  } catch (error) {
    const fault = toFault(error);
    await closeFault(at, flow, open, fault, took());
    return { fault };
  }
  return weigh(at, flow, open, got, took());
};

const reuse = (flow: FulfilAsk, open: OpenAttempt): Sent => {
  const paid = open.paid;
  if (paid === null || paid.answer === null || paid.tokens === null)
    return { fault: makeFault('internal', 'no paid answer') };
  const reading = readAnswer(flow.task, paid.answer, 'stop');
  if (!reading.ok) return { fault: makeFault('malformed', reading.why) };
  return {
    answered: {
      open,
      output: reading.output,
      text: paid.answer,
      providerId: null,
      modelResolved: paid.modelResolved ?? paid.model,
      tokens: paid.tokens,
      estimated: paid.estimated,
      nanos: paid.actual ?? 0n,
      ms: paid.ms ?? 0,
    },
  };
};

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

/** One owner of every send: climbs the ladder until an answer can be read, the sends are used up, or the money is. */
export const execute = (
  at: FulfilPorts,
): Stage<FulfilAsk & { open: OpenAttempt }, { answered: Answered }, Verdict> => ({
  name: 'execute',
  enter: async (flow) => {
    let open = flow.open;
    let onRung = 0;
    for (let inAll = 1; ; inAll += 1) {
      onRung += 1;
      const sent = open.paid === null ? await send(at, flow, open, inAll > 1) : reuse(flow, open);
      if ('stop' in sent) return { answer: sent.stop, note: sent.stop.state };
      if ('answered' in sent)
        return {
          add: sent,
          note: open.paid === null ? 'ok' : 'reused',
          why: `${open.rung.provider} ${sent.answered.modelResolved}${inAll > 1 ? `, send ${inAll}` : ''}`,
        };
      const { fault } = sent;
      const rungsLeft = flow.ladder.length - 1 - open.rungIndex;
      const leftMs = flow.untilMs - at.clock.monotonicMs();
      const next: NextSend = answerFault(
        fault,
        { onRung, inAll, rungsLeft, leftMs, timeoutMs: at.timeoutMs },
        at.random,
      );
      const gaveUp = { ...failed(codeOf(fault), fault.detail, fault.retryable, flow.attempts.at(-1)?.n ?? null) };
      if (next.do === 'give-up') return { answer: gaveUp, note: fault.kind, why: next.why };
      if ((await pause(at, flow.job, next.waitMs)) === 'canceling')
        return {
          answer: { state: 'canceling' },
          note: 'canceling',
          why: 'asked to stop while it waited to send again',
        };
      const rungIndex = open.rungIndex + (next.do === 'next-rung' ? 1 : 0);
      const opening = await openFrom(at, flow, rungIndex);
      if (opening === null) return { answer: gaveUp, note: fault.kind, why: 'the ladder ends' };
      if ('refused' in opening)
        return opening.refused.state === 'failed'
          ? { answer: gaveUp, note: fault.kind, why: `${fault.detail}; no second send: ${opening.why}` }
          : { answer: opening.refused, note: 'refused', why: opening.why };
      if (opening.open.rungIndex !== open.rungIndex) onRung = 0;
      open = opening.open;
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
