import type { GateRefusal, Nano } from '@winnow/kernel';
import { longestWaitMs, sendsInAll } from '../policies/answer-fault';
import { countSends, isSpent } from '../policies/count-sends';
import { fitsPrice } from '../policies/size-hold';
import type { Rung } from '../ports';
import { failed, later, type FulfilAsk, type FulfilPorts } from './fulfil-flow';
import { openAttempt, outgrown, type Opening, type Refused } from './open-attempt';
import { boundOf, worstCase } from './room';

/** Rungs that could be sent to but for the gate: how soon one of them may be asked again, and what the cheapest costs. */
interface Shut {
  readonly ms: number;
  readonly target: string;
  readonly why: string;
  readonly nanos: Nano;
}

const leastWaitMs = 20;
const leastPauseMs = 1_000;
const longestPauseMs = 60_000;

/** One word for the breaker, the limits and the metrics of a model at a provider. */
export const targetOf = ({ provider, model }: Rung): string => `${provider}:${model}`;

const whyShut = (target: string, refusal: GateRefusal): string =>
  `${target} is ${refusal.kind === 'paused' ? `paused (${refusal.why})` : refusal.kind} for ${Math.ceil(refusal.ms)} ms`;

const sooner = (one: Shut | null, other: Shut): Shut => {
  if (one === null) return other;
  const first = one.ms <= other.ms ? one : other;
  return { ...first, nanos: one.nanos < other.nanos ? one.nanos : other.nanos };
};

/** A target that is only full is waited for: a dearer rung is not bought for that, unless the deadline is over. */
const isWorthWaiting = ({ kind }: GateRefusal, flow: FulfilAsk): boolean =>
  (kind === 'slow' || kind === 'busy') && !flow.job.deadlinePassed;

/**
 * One round over the rungs from this one on: the first that the gate lets us send to and the money reaches. A job is accepted when its
 * cheapest rung fits its cap, so behind a rung that is too dear only cheaper ones are tried.
 */
const tryRungs = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  rungIndex: number,
): Promise<Opening | { readonly shut: Shut } | null> => {
  let dear: { readonly opening: Refused; readonly nanos: Nano } | null = null;
  let shut: Shut | null = null;
  let tooLong: Refused | null = null;
  for (const [index, rung] of flow.ladder.entries()) {
    if (index < rungIndex || isSpent(flow.attempts, rung)) continue;
    const maxTokens = boundOf(flow, rung);
    if (!fitsPrice(rung.price, flow.holdTokens, maxTokens)) {
      tooLong ??= outgrown(rung);
      continue;
    }
    const nanos = worstCase(flow, rung, maxTokens);
    if (dear !== null && nanos >= dear.nanos) continue;
    const target = targetOf(rung);
    const id = at.newAttemptId();
    const verdict = await at.gate.enter(target, id, flow.inputTokens + maxTokens);
    if (!('pass' in verdict)) {
      shut = sooner(shut, { ms: verdict.ms, target, why: whyShut(target, verdict), nanos });
      if (isWorthWaiting(verdict, flow)) break;
      continue;
    }
    const opening = await openAttempt(at, flow, { id, rung, rungIndex: index, maxTokens, pass: verdict.pass });
    if ('open' in opening || !opening.forMoney) return opening;
    dear = { opening, nanos };
  }
  if (shut !== null && (dear === null || shut.nanos < dear.nanos)) return { shut };
  return dear?.opening ?? tooLong;
};

const comeBack = (at: FulfilPorts, flow: FulfilAsk, { ms, why }: Shut): Refused => {
  if (at.stopping()) return { refused: { state: 'queued' }, why: 'stopping: back to the queue', forMoney: false };
  if (flow.job.deadlinePassed) {
    const last = flow.attempts.at(-1)?.n ?? null;
    return { refused: failed('provider-failed', `the deadline is over and ${why}`, true, last), why, forMoney: false };
  }
  const pauseMs = Math.min(longestPauseMs, Math.max(leastPauseMs, ms)) * (1 + 0.2 * at.random());
  return { refused: later(pauseMs), why, forMoney: false, note: 'shut' };
};

/**
 * Opens an attempt on this rung or on one behind it, by the gate and by the money. What frees within two seconds is waited for in place; for
 * longer the job goes back and holds no slot. Null: the ladder has no such rung.
 */
export const openFrom = async (at: FulfilPorts, flow: FulfilAsk, rungIndex: number): Promise<Opening | null> => {
  const sends = countSends(flow.attempts);
  if (sends >= sendsInAll) {
    const why = `${sends} sends failed`;
    const last = flow.attempts.at(-1)?.n ?? null;
    return { refused: failed('provider-failed', why, true, last), why, forMoney: false };
  }
  const until = Math.min(at.clock.monotonicMs() + longestWaitMs, flow.untilMs - at.timeoutMs);
  for (;;) {
    const tried = await tryRungs(at, flow, rungIndex);
    if (tried === null || !('shut' in tried)) return tried;
    const { shut } = tried;
    const ms = Math.max(leastWaitMs, Math.round(shut.ms * (0.8 + 0.4 * at.random())));
    if (at.stopping() || at.clock.monotonicMs() + ms > until) return comeBack(at, flow, shut);
    at.onGateWait?.(shut.target, ms);
    await at.wait(ms);
  }
};
