import type { GatePolicy, GateState, Leaving, Moved } from './state';

/** How long to wait while somebody else probes. */
const probeRetryUs = 250_000;

/** Whether the breaker lets an attempt by: as any other, as the one that probes, or not for so long. */
export const askBreaker = (at: GateState, nowUs: number): 'go' | 'probe' | { readonly waitUs: number } => {
  if (at.state === 'closed') return 'go';
  if (at.state === 'open') return nowUs < at.untilUs ? { waitUs: at.untilUs - nowUs } : 'probe';
  return at.probe !== '' && nowUs < at.probeUntilUs ? { waitUs: probeRetryUs } : 'probe';
};

export const beginProbe = (at: GateState, policy: GatePolicy, attempt: string, nowUs: number): GateState => ({
  ...at,
  state: 'half-open',
  oks: at.state === 'open' ? 0 : at.oks,
  probe: attempt,
  probeUntilUs: nowUs + policy.leaseUs,
});

const opened = (at: GateState, policy: GatePolicy, nowUs: number): GateState => ({
  ...at,
  state: 'open',
  fails: 0,
  oks: 0,
  probe: '',
  probeUntilUs: 0,
  untilUs: nowUs + policy.openUs,
  epoch: at.epoch + 1,
});

const closed = (at: GateState): GateState => ({
  ...at,
  state: 'closed',
  fails: 0,
  oks: 0,
  probe: '',
  probeUntilUs: 0,
  untilUs: 0,
  epoch: at.epoch + 1,
});

const whileClosed = (at: GateState, policy: GatePolicy, { outcome }: Leaving, nowUs: number): GateState => {
  if (outcome === 'ok') return { ...at, fails: 0 };
  if (outcome === 'trip') return opened(at, policy, nowUs);
  if (outcome !== 'fail') return at;
  return at.fails + 1 >= policy.fails ? opened(at, policy, nowUs) : { ...at, fails: at.fails + 1 };
};

const ofProbe = (at: GateState, policy: GatePolicy, { outcome }: Leaving, nowUs: number): GateState => {
  if (outcome === 'fail') return opened(at, policy, nowUs);
  if (outcome === 'ok' && at.oks + 1 >= policy.oks) return closed(at);
  return { ...at, oks: at.oks + (outcome === 'ok' ? 1 : 0), probe: '', probeUntilUs: 0 };
};

/** What an outcome changes. One of an older epoch changes nothing, nor does any but the probe's unless the breaker is closed. */
export const judgeOutcome = (at: GateState, policy: GatePolicy, leaving: Leaving, nowUs: number): GateState => {
  if (leaving.epoch !== at.epoch) return at;
  if (at.state === 'closed') return whileClosed(at, policy, leaving, nowUs);
  const isProbe = at.state === 'half-open' && at.probe !== '' && at.probe === leaving.attempt;
  return isProbe ? ofProbe(at, policy, leaving, nowUs) : at;
};

/** An operator's word stands for so long. */
const forcedUs = 30 * 86_400 * 1_000_000;

/** `open`: shut until somebody says otherwise. `closed`: at once, and no pause stands. `null`: left to itself, so an opening ends and is probed. */
export const forceBreaker = (
  at: GateState,
  policy: GatePolicy,
  to: 'open' | 'closed' | null,
  nowUs: number,
): { readonly state: GateState; readonly moved: Moved } => {
  if (to === 'open') return { state: { ...opened(at, policy, nowUs), untilUs: nowUs + forcedUs }, moved: 'open' };
  if (to === 'closed')
    return at.state === 'closed' ? { state: at, moved: null } : { state: closed(at), moved: 'closed' };
  return { state: at.state === 'open' ? { ...at, untilUs: Math.min(at.untilUs, nowUs) } : at, moved: null };
};
