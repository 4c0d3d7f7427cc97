import { askBreaker, beginProbe, judgeOutcome } from './breaker';
import { busyFor, givePlaceBack, slowFor, takePlace } from './limiter';
import type { Entered, Entering, GatePolicy, GateState, Leaving, Moved } from './state';

interface Step<Says> {
  readonly state: GateState;
  readonly says: Says;
  readonly moved: Moved;
}

const refused = (at: GateState, says: Entered): Step<Entered> => ({ state: at, says, moved: null });

/** Breaker, pause, leases, clocks, in this order; the state changes only when all of them agree, so a refusal costs nothing. */
export const enterGate = (at: GateState, policy: GatePolicy, ask: Entering, nowUs: number): Step<Entered> => {
  const asked = askBreaker(at, nowUs);
  if (typeof asked === 'object') return refused(at, { kind: 'open', waitUs: asked.waitUs });
  if (at.pauseUs > nowUs)
    return refused(at, { kind: 'paused', waitUs: at.pauseUs - nowUs, why: at.why === '' ? 'limited' : at.why });
  const busyUs = busyFor(at, policy, nowUs);
  if (busyUs > 0) return refused(at, { kind: 'busy', waitUs: busyUs });
  const slowUs = slowFor(at, policy, ask, nowUs);
  if (slowUs > 0) return refused(at, { kind: 'slow', waitUs: slowUs });
  const placed = takePlace(at, policy, ask, nowUs);
  const state = asked === 'probe' ? beginProbe(placed, policy, ask.attempt, nowUs) : placed;
  return {
    state,
    says: { kind: asked, epoch: at.epoch, nowUs },
    moved: state.state === at.state ? null : state.state,
  };
};

/** Always called, however the attempt ended; with an empty attempt it reports a trip. */
export const leaveGate = (at: GateState, policy: GatePolicy, leaving: Leaving, nowUs: number): Step<GateState> => {
  const state = judgeOutcome(givePlaceBack(at, policy, leaving, nowUs), policy, leaving, nowUs);
  return { state, says: state, moved: state.epoch === at.epoch ? null : state.state };
};
