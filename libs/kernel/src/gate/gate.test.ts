import { askedPolicy, gateCases, playGate, stepMachine } from '@winnow/testing';
import fc from 'fast-check';
import { forceBreaker } from './breaker';
import { retimeGate } from './limiter';
import { freshGate, type GateOutcome, type GateState } from './state';
import { enterGate, leaveGate } from './step';

test.each(gateCases)('%s', async (_name, policy, events, told) => {
  expect(await playGate(stepMachine(policy), events)).toEqual(told);
});

const outcomes: readonly GateOutcome[] = ['ok', 'fail', 'neutral', 'trip'];
const step = fc.record({
  afterUs: fc.nat(40_000_000),
  who: fc.nat(3),
  what: fc.constantFrom('enter', ...outcomes),
  staleBy: fc.constantFrom(0, 0, 0, 1),
});
const policy = { ...askedPolicy, requests: { intervalUs: 1_000_000, burst: 3 }, concurrent: 3 };

/** Plays any events, with a clock that is an hour off, and shows each state to whoever looks on. */
const play = (
  steps: readonly { afterUs: number; who: number; what: string; staleBy: number }[],
  offUs: number,
  look: (before: GateState, what: string, after: GateState) => void,
): string[] => {
  let state = freshGate();
  let nowUs = 1_700_000_000_000_000 + offUs;
  const said: string[] = [];
  for (const { afterUs, who, what, staleBy } of steps) {
    nowUs += afterUs;
    const before = state;
    const attempt = what === 'trip' ? '' : `a${who}`;
    if (what === 'enter') {
      const entered = enterGate(state, policy, { attempt, tokens: 0 }, nowUs);
      state = entered.state;
      const { says } = entered;
      said.push('waitUs' in says ? `${says.kind} ${says.waitUs}` : says.kind);
    } else {
      const leaving = { attempt, epoch: state.epoch - staleBy, enteredUs: nowUs, tokens: 0, used: 0, pauseUs: 0 };
      state = leaveGate(state, policy, { ...leaving, outcome: what as GateOutcome, why: '' }, nowUs).state;
      said.push(state.state);
    }
    look(before, staleBy > 0 && what !== 'enter' ? 'stale' : what, state);
  }
  return said;
};

test('closed opens by five failures in a row or by a trip, and by nothing else', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let row = 0;
      play(steps, 0, (before, what, after) => {
        if (before.state === 'closed' && what === 'fail') row += 1;
        if (what === 'ok' || before.state !== 'closed') row = 0;
        if (before.state === 'closed' && after.state !== 'closed') expect(what === 'trip' || row === 5).toBe(true);
        if (before.state === 'open' && after.state !== 'open')
          expect([what, after.state]).toEqual(['enter', 'half-open']);
        if (before.state === 'half-open' && after.state === 'closed') expect([what, before.oks]).toEqual(['ok', 1]);
        expect(Object.keys(after.leases).length).toBeLessThanOrEqual(3);
        expect(after.epoch - before.epoch).toBe(after.state !== before.state && after.state !== 'half-open' ? 1 : 0);
      });
    }),
    { numRuns: 500 },
  );
});

test('a clock that is an hour off changes nothing: time is an argument', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(-1, 1), (steps, hours) => {
      const noLook = (): void => undefined;
      expect(play(steps, hours * 3_600_000_000, noLook)).toEqual(play(steps, 0, noLook));
    }),
  );
});

test('a clock of requests never lets through more than its burst and its rate, in any stretch of time', () => {
  const ask = fc.record({ afterUs: fc.nat(400_000), undone: fc.boolean() });
  const tokens = { intervalUs: 1_000, burst: 300 };
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 200 }), (asks) => {
      let state = freshGate();
      let nowUs = 1_700_000_000_000_000;
      const sent: { at: number; tokens: number }[] = [];
      for (const [i, { afterUs, undone }] of asks.entries()) {
        nowUs += afterUs;
        const entered = enterGate(state, { ...askedPolicy, tokens }, { attempt: `a${i}`, tokens: 120 }, nowUs);
        state = entered.state;
        if (!('epoch' in entered.says)) continue;
        if (!undone) sent.push({ at: nowUs, tokens: 120 });
        const leaving = { attempt: `a${i}`, epoch: 0, enteredUs: nowUs, tokens: 120, used: undone ? 0 : 120 };
        nowUs += 50_000;
        state = leaveGate(
          state,
          { ...askedPolicy, tokens },
          { ...leaving, outcome: 'neutral', pauseUs: 0, why: '' },
          nowUs,
        ).state;
      }
      for (const [i, first] of sent.entries()) {
        let sum = 0;
        for (const { at, tokens: some } of sent.slice(i)) {
          sum += some;
          expect(sum).toBeLessThanOrEqual(300 + (at - first.at) / 1_000);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a late one takes another moment, and its first one stays taken', () => {
  const rate = { ...askedPolicy, requests: { intervalUs: 100, burst: 1 } };
  const entered = enterGate(freshGate(), rate, { attempt: 'a', tokens: 0 }, 1_000).state;
  expect(retimeGate(entered, rate, 1_060)).toEqual({ state: entered, waitUs: 40 });
  expect(retimeGate(entered, rate, 1_100)).toMatchObject({ state: { requestsUs: 1_200 }, waitUs: 0 });
  expect(retimeGate(entered, askedPolicy, 1_060)).toEqual({ state: entered, waitUs: 0 });
});

test('an operator’s word', () => {
  const fresh = freshGate();
  const shut = forceBreaker(fresh, askedPolicy, 'open', 0);
  expect(shut).toMatchObject({ moved: 'open', state: { state: 'open', epoch: 1 } });
  const dayUs = 86_400_000_000;
  expect(enterGate(shut.state, askedPolicy, { attempt: 'a', tokens: 0 }, dayUs).says.kind).toBe('open');
  expect(forceBreaker(shut.state, askedPolicy, 'closed', dayUs)).toMatchObject({
    moved: 'closed',
    state: { state: 'closed', epoch: 2 },
  });
  const lifted = forceBreaker(shut.state, askedPolicy, null, dayUs);
  expect(lifted.moved).toBeNull();
  expect(enterGate(lifted.state, askedPolicy, { attempt: 'a', tokens: 0 }, dayUs).says.kind).toBe('probe');
  expect(forceBreaker(fresh, askedPolicy, 'closed', 0)).toEqual({ state: fresh, moved: null });
});
