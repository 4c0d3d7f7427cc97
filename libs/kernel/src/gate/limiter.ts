import { fullPace, type Entering, type GatePolicy, type GateState, type Leaving, type Rate } from './state';

/** A place may come free any moment; so long is slept before it is asked for again. */
const busyRetryUs = 100_000;
const slowerBy = 0.7;
/** a hundredth of the full rate comes back each ten seconds */
const paceStep = 10_000;
const paceEveryUs = 10_000_000;
const leastPace = 50_000;

const paceOf = ({ pace, paceUs }: GateState, nowUs: number): number =>
  Math.min(fullPace, pace + paceStep * Math.floor(Math.max(0, nowUs - paceUs) / paceEveryUs));

const intervalOf = (rate: Rate, pace: number): number => Math.floor((rate.intervalUs * fullPace) / pace);

/** More than a burst could never pass: such a call takes the whole of it. */
const costOf = (rate: Rate, wanted: number): number => Math.min(rate.burst, wanted);

const waitOf = (rate: Rate, tatUs: number, cost: number, pace: number, nowUs: number): number =>
  Math.max(0, Math.max(tatUs, nowUs) - intervalOf(rate, pace) * (rate.burst - cost) - nowUs);

const livingLeases = (at: GateState, nowUs: number): Record<string, number> =>
  Object.fromEntries(Object.entries(at.leases).filter(([, until]) => until > nowUs));

export const busyFor = (at: GateState, policy: GatePolicy, nowUs: number): number => {
  const { concurrent } = policy;
  return concurrent !== undefined && Object.keys(livingLeases(at, nowUs)).length >= concurrent ? busyRetryUs : 0;
};

/** Both clocks or none: the longer of the two waits. */
export const slowFor = (at: GateState, policy: GatePolicy, { tokens }: Entering, nowUs: number): number => {
  const pace = paceOf(at, nowUs);
  const { requests, tokens: rate } = policy;
  return Math.max(
    requests === undefined ? 0 : waitOf(requests, at.requestsUs, costOf(requests, 1), pace, nowUs),
    rate === undefined ? 0 : waitOf(rate, at.tokensUs, costOf(rate, tokens), pace, nowUs),
  );
};

/** Another moment for an attempt that comes to the wire late: its first one stays taken, so that no two sends are close. */
export const retimeGate = (
  at: GateState,
  { requests }: GatePolicy,
  nowUs: number,
): { readonly state: GateState; readonly waitUs: number } => {
  if (requests === undefined) return { state: at, waitUs: 0 };
  const pace = paceOf(at, nowUs);
  const cost = costOf(requests, 1);
  const waitUs = waitOf(requests, at.requestsUs, cost, pace, nowUs);
  const requestsUs = Math.max(at.requestsUs, nowUs) + intervalOf(requests, pace) * cost;
  return { state: waitUs > 0 ? at : { ...at, requestsUs }, waitUs };
};

export const takePlace = (at: GateState, policy: GatePolicy, ask: Entering, nowUs: number): GateState => {
  const pace = paceOf(at, nowUs);
  const { requests, tokens } = policy;
  const moved = (rate: Rate | undefined, tatUs: number, wanted: number): number =>
    rate === undefined ? tatUs : Math.max(tatUs, nowUs) + intervalOf(rate, pace) * costOf(rate, wanted);
  return {
    ...at,
    requestsUs: moved(requests, at.requestsUs, 1),
    tokensUs: moved(tokens, at.tokensUs, ask.tokens),
    leases:
      policy.concurrent === undefined
        ? at.leases
        : { ...livingLeases(at, nowUs), [ask.attempt]: nowUs + policy.leaseUs },
  };
};

/**
 * The clock of tokens put right by what was used. Only what has not run off since is given back: the clock may be behind by then, and giving
 * back more would let through what others have taken in between.
 */
const corrected = (at: GateState, rate: Rate | undefined, leaving: Leaving, nowUs: number): number => {
  if (rate === undefined) return at.tokensUs;
  const interval = intervalOf(rate, paceOf(at, nowUs));
  const difference = interval * (leaving.used - costOf(rate, leaving.tokens));
  if (difference >= 0) return Math.max(at.tokensUs, nowUs) + difference;
  return at.tokensUs + Math.min(0, difference + Math.max(0, nowUs - leaving.enteredUs));
};

/** One 429 slows the target down; the others of the same wave find the pause already there. */
const slowed = (at: GateState, leaving: Leaving, nowUs: number): Pick<GateState, 'pace' | 'paceUs'> =>
  leaving.why === 'limited' && at.pauseUs <= nowUs
    ? { pace: Math.max(leastPace, Math.floor(paceOf(at, nowUs) * slowerBy)), paceUs: nowUs }
    : { pace: at.pace, paceUs: at.paceUs };

export const givePlaceBack = (at: GateState, policy: GatePolicy, leaving: Leaving, nowUs: number): GateState => {
  const { [leaving.attempt]: _, ...leases } = at.leases;
  const untilUs = nowUs + leaving.pauseUs;
  const pauses = leaving.pauseUs > 0 && untilUs > at.pauseUs;
  return {
    ...at,
    leases,
    ...(leaving.attempt === '' ? {} : { tokensUs: corrected(at, policy.tokens, leaving, nowUs) }),
    ...slowed(at, leaving, nowUs),
    ...(pauses ? { pauseUs: untilUs, why: leaving.why } : {}),
  };
};
