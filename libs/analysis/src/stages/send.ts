import { fault as makeFault, toFault, type Fault, type Pass } from '@winnow/kernel';
import { billedPrice } from '../policies/billed-price';
import { priceUsage } from '../policies/price-usage';
import { readAnswer } from '../policies/read-answer';
import { readStatedCost } from '../policies/read-stated-cost';
import { readUsage } from '../policies/read-usage';
import type { Call, Completion, Verdict } from '../ports';
import { closeAttempt, noteSent, unsent } from './close-attempt';
import { cacheKeyOf } from './measure-prompt';
import type { Answered, FulfilAsk, FulfilPorts, OpenAttempt } from './fulfil-flow';

type Sent = { readonly answered: Answered } | { readonly fault: Fault } | { readonly stop: Verdict };

const empty = { providerId: null, modelResolved: null, tokens: null, estimated: false, answer: null };

const usageOf = (flow: FulfilAsk, got: Completion) =>
  readUsage(got.usage, {
    input: flow.inputTokens,
    hasText: got.text !== '',
    output: () => flow.countOutput(got.text),
  });

const countTokens = (flow: FulfilAsk, got: Completion): number => {
  const { input, cacheRead, cacheWrite, output } = usageOf(flow, got).tokens;
  return input + cacheRead + cacheWrite + output;
};

const faultOf = (finish: string): 'content-filter' | 'truncated' | 'malformed' => {
  if (finish === 'content_filter') return 'content-filter';
  return finish === 'length' ? 'truncated' : 'malformed';
};

/** Reads a completion: usage into a bill, text into an output. A paid answer that cannot be used is booked here, before it is asked for again. */
const weigh = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  open: OpenAttempt,
  got: Completion,
  ms: number,
): Promise<Sent> => {
  const usage = usageOf(flow, got);
  const { tokens } = usage;
  // Who charges knows best what it charged; what it says in absurdity is flagged, as a usage would be.
  const cost = readStatedCost(got.statedCosts);
  const nanos = cost.kind === 'stated' ? cost.nanos : priceUsage(billedPrice(open.rung, got.serviceTier), tokens);
  const estimated = usage.estimated || cost.kind === 'absurd';
  const reading = readAnswer(flow.task, got.text, got.finish);
  const bill = { providerId: got.id, modelResolved: got.model, tokens, estimated, nanos, ms };
  if (reading.ok) return { answered: { open, output: reading.output, text: got.text, ...bill } };
  const kind = faultOf(got.finish);
  const outcome = kind === 'malformed' ? 'invalid' : kind;
  await closeAttempt(at, flow, { ...bill, attempt: open.id, kind: 'settled', outcome, answer: null });
  return { fault: makeFault(kind, reading.why) };
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
  closeAttempt(at, flow, { ...empty, attempt: open.id, kind: 'released', nanos: 0n, outcome: unsent, ms: null });

/** A stream may take longer than a plain answer, but never longer than the claim stands. */
const longestStreamMs = 120_000;

const streamOf = (at: FulfilPorts, flow: FulfilAsk, attempt: string): Pick<Call, 'stream'> => {
  if (flow.live === undefined) return {};
  const isAgain = flow.attempts.some(({ id, sentAt }) => id !== attempt && sentAt !== null);
  return {
    stream: {
      onText: flow.live.open(flow.task, flow.prompt.schema.body, isAgain),
      withinMs: Math.max(1, Math.min(longestStreamMs, flow.untilMs - at.clock.monotonicMs())),
    },
  };
};

const sendBy = async (at: FulfilPorts, flow: FulfilAsk, open: OpenAttempt, pass: Pass): Promise<Sent> => {
  if (at.stopping()) {
    await release(at, flow, open);
    return { stop: { state: 'queued' } };
  }
  if (!pass.stands()) {
    await release(at, flow, open);
    return { fault: makeFault('unavailable', 'its breaker opened before it was sent', { retryAfterMs: 0 }) };
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
    got = await pass.fire(
      () =>
        at.providers.complete({
          attempt: open.id,
          rung: open.rung,
          ...flow.prompt,
          maxTokens: open.maxTokens,
          ...cacheKeyOf(flow, open.rung.price),
          ...streamOf(at, flow, open.id),
        }),
      (completion) => countTokens(flow, completion),
    );
  } catch (error) {
    const fault = toFault(error);
    await closeFault(at, flow, open, fault, took());
    return { fault };
  }
  return weigh(at, flow, open, got, took());
};

const reuse = (flow: FulfilAsk, open: OpenAttempt): Sent => {
  const { paid } = open;
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

/** Sends what is open, or uses what an earlier claim has paid for. The pass goes back however that ends. */
export const send = async (at: FulfilPorts, flow: FulfilAsk, open: OpenAttempt): Promise<Sent> => {
  const { pass } = open;
  if (pass === null) return reuse(flow, open);
  try {
    return await sendBy(at, flow, open, pass);
  } finally {
    await pass.withdraw();
  }
};
