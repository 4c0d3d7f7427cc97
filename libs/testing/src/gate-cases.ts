import {
  enterGate,
  freshGate,
  leaveGate,
  type BreakerState,
  type Entering,
  type GateEntered,
  type GateOutcome,
  type GatePolicy,
  type Leaving,
  type Left,
  type PauseWhy,
} from '@winnow/kernel';

/** Something that keeps the rules of the gate: the step function, or the scripts in Redis. */
export interface GateMachine {
  readonly enter: (ask: Entering, nowUs: number) => Promise<{ says: GateEntered; moved: BreakerState | null }>;
  readonly leave: (leaving: Leaving, nowUs: number) => Promise<Left>;
}

export const stepMachine = (policy: GatePolicy): GateMachine => {
  let state = freshGate();
  return {
    enter: async (ask, nowUs) => {
      const step = enterGate(state, policy, ask, nowUs);
      state = step.state;
      return { says: step.says, moved: step.moved };
    },
    leave: async (leaving, nowUs) => {
      const step = leaveGate(state, policy, leaving, nowUs);
      state = step.state;
      return { state: state.state, moved: step.moved };
    },
  };
};

export type GateEvent =
  | { readonly ms: number; readonly enter: string; readonly tokens?: number }
  | {
      readonly ms: number;
      readonly leave: string;
      readonly outcome: GateOutcome;
      readonly used?: number;
      readonly pauseMs?: number;
      readonly why?: PauseWhy;
    };

/** Any moment will do: the rules know no clock. */
const startUs = 1_700_000_000_000_000;

const printEntered = (says: GateEntered): string =>
  'waitUs' in says ? `${says.kind} ${says.waitUs / 1_000}` : says.kind;

/** Plays events on a machine, and tells what it said to each: `go`, `open 60000`, or the state after a leave; `>` marks a transition. */
export const playGate = async (machine: GateMachine, events: readonly GateEvent[]): Promise<string[]> => {
  const passes = new Map<string, { epoch: number; enteredUs: number; tokens: number }>();
  const said: string[] = [];
  let epoch = 0;
  for (const event of events) {
    const nowUs = startUs + event.ms * 1_000;
    if ('enter' in event) {
      const tokens = event.tokens ?? 0;
      const { says, moved } = await machine.enter({ attempt: event.enter, tokens }, nowUs);
      if ('epoch' in says) {
        epoch = says.epoch;
        passes.set(event.enter, { epoch, enteredUs: says.nowUs, tokens });
      }
      said.push(`${printEntered(says)}${moved === null ? '' : ` >${moved}`}`);
    } else {
      const pass = passes.get(event.leave) ?? { epoch, enteredUs: nowUs, tokens: 0 };
      const { state, moved } = await machine.leave(
        {
          ...pass,
          attempt: event.leave,
          outcome: event.outcome,
          used: event.used ?? pass.tokens,
          pauseUs: (event.pauseMs ?? 0) * 1_000,
          why: event.why ?? '',
        },
        nowUs,
      );
      said.push(`${moved === null ? '' : '>'}${state}`);
    }
  }
  return said;
};

export const askedPolicy: GatePolicy = { fails: 5, openUs: 60_000_000, oks: 2, leaseUs: 45_000_000 };
const enter = (ms: number, attempt: string, tokens?: number): GateEvent => ({ ms, enter: attempt, tokens });
const leave = (ms: number, attempt: string, outcome: GateOutcome, more: object = {}): GateEvent => ({
  ms,
  leave: attempt,
  outcome,
  ...more,
});
/** one attempt that enters and ends so */
const one = (ms: number, attempt: string, outcome: GateOutcome): GateEvent[] => [
  enter(ms, attempt),
  leave(ms, attempt, outcome),
];
const fiveFails = ['f1', 'f2', 'f3', 'f4', 'f5'].flatMap((name) => one(0, name, 'fail'));
const toldOfFive = [...Array.from({ length: 4 }, () => ['go', 'closed']), ['go', '>open']].flat();
const opened = (...events: GateEvent[]): GateEvent[] => [...fiveFails, ...events];
const afterFive = (...told: string[]): string[] => [...toldOfFive, ...told];
const tenASecond: GatePolicy = { ...askedPolicy, requests: { intervalUs: 100_000, burst: 1 } };

/** The table of states and the rules of the limiter, row by row. */
export const gateCases: readonly (readonly [string, GatePolicy, readonly GateEvent[], readonly string[]])[] = [
  ['the fifth failure in a row opens it', askedPolicy, fiveFails, toldOfFive],
  [
    'a success in between starts the count again',
    askedPolicy,
    [...fiveFails.slice(0, 8), ...one(0, 'ok', 'ok'), ...one(0, 'f', 'fail')],
    [...toldOfFive.slice(0, 8), 'go', 'closed', 'go', 'closed'],
  ],
  [
    'what says nothing of its health leaves the count alone',
    askedPolicy,
    [...fiveFails.slice(0, 8), ...one(0, 'n', 'neutral'), ...one(0, 'f', 'fail')],
    [...toldOfFive.slice(0, 8), 'go', 'closed', 'go', '>open'],
  ],
  ['a trip opens it', askedPolicy, [enter(0, 'a'), leave(0, '', 'trip')], ['go', '>open']],
  [
    'late results of before the opening change nothing',
    askedPolicy,
    [
      enter(0, 'late'),
      enter(0, 'later'),
      ...opened(leave(1, 'late', 'ok'), enter(60_000, 'p'), leave(60_001, 'later', 'fail'), leave(60_002, 'p', 'ok')),
    ],
    ['go', 'go', ...afterFive('open', 'probe >half-open', 'half-open', 'half-open')],
  ],
  [
    'open refuses until its time is over, with the wait that is left',
    askedPolicy,
    opened(enter(1, 'a'), enter(59_999, 'b'), enter(60_000, 'c')),
    afterFive('open 59999', 'open 1', 'probe >half-open'),
  ],
  [
    'one probe at a time; the second success in a row closes it',
    askedPolicy,
    opened(
      enter(60_000, 'p1'),
      enter(60_001, 'x'),
      leave(60_100, 'p1', 'ok'),
      enter(60_101, 'p2'),
      enter(60_102, 'x'),
      leave(60_200, 'p2', 'ok'),
      enter(60_201, 'a'),
      enter(60_201, 'b'),
    ),
    afterFive('probe >half-open', 'open 250', 'half-open', 'probe', 'open 250', '>closed', 'go', 'go'),
  ],
  [
    'a probe that fails opens it for another minute, and the count of successes starts again',
    askedPolicy,
    opened(
      ...one(60_000, 'p1', 'ok'),
      ...one(60_100, 'p2', 'fail'),
      enter(120_099, 'x'),
      ...one(120_100, 'p3', 'ok'),
      ...one(120_101, 'p4', 'ok'),
    ),
    afterFive(
      'probe >half-open',
      'half-open',
      'probe',
      '>open',
      'open 1',
      'probe >half-open',
      'half-open',
      'probe',
      '>closed',
    ),
  ],
  [
    'a probe that says nothing frees the place',
    askedPolicy,
    opened(...one(60_000, 'p1', 'neutral'), enter(60_001, 'p2')),
    afterFive('probe >half-open', 'half-open', 'probe'),
  ],
  [
    'a prober that died frees the probe when its lease ends, and comes too late then',
    askedPolicy,
    opened(enter(60_000, 'p1'), enter(104_999, 'x'), enter(105_000, 'p2'), leave(105_001, 'p1', 'fail')),
    afterFive('probe >half-open', 'open 250', 'probe', 'half-open'),
  ],
  [
    'trips and failures of others do nothing while it is open or half-open',
    askedPolicy,
    opened(leave(1, '', 'trip'), enter(60_000, 'p1'), leave(60_001, '', 'trip'), leave(60_002, 'f1', 'fail')),
    afterFive('open', 'probe >half-open', 'half-open', 'half-open'),
  ],
  [
    '429 pauses it for as long as it asked, and leaves the breaker closed',
    askedPolicy,
    [
      enter(0, 'a'),
      leave(0, 'a', 'neutral', { pauseMs: 10_000, why: 'limited' }),
      enter(1, 'b'),
      enter(9_999, 'c'),
      enter(10_000, 'd'),
    ],
    ['go', 'closed', 'paused 9999', 'paused 1', 'go'],
  ],
  [
    'a shorter pause does not end a longer one',
    askedPolicy,
    [
      enter(0, 'a'),
      enter(0, 'b'),
      leave(0, 'a', 'neutral', { pauseMs: 10_000, why: 'auth' }),
      leave(1, 'b', 'neutral', { pauseMs: 100, why: 'limited' }),
      enter(200, 'c'),
    ],
    ['go', 'go', 'closed', 'closed', 'paused 9800'],
  ],
  [
    'a pause is asked about before a probe is given',
    askedPolicy,
    opened(leave(1, 'f1', 'neutral', { pauseMs: 70_000, why: 'limited' }), enter(60_000, 'a'), enter(70_001, 'b')),
    afterFive('open', 'paused 10001', 'probe >half-open'),
  ],
  [
    'ten a second, evenly; a refusal costs nothing',
    tenASecond,
    [enter(0, 'a'), enter(30, 'b'), enter(99, 'c'), enter(100, 'd'), enter(500, 'e'), enter(500, 'f')],
    ['go', 'slow 70', 'slow 1', 'go', 'go', 'slow 100'],
  ],
  [
    'a burst after a rest',
    { ...askedPolicy, requests: { intervalUs: 100_000, burst: 2 } },
    [enter(0, 'a'), enter(0, 'b'), enter(0, 'c')],
    ['go', 'go', 'slow 100'],
  ],
  [
    'tokens: both clocks or none, put right by what was used',
    { ...tenASecond, tokens: { intervalUs: 1_000, burst: 500 } },
    [
      enter(0, 'a', 400),
      enter(100, 'b', 400),
      enter(100, 'c', 100),
      leave(110, 'a', 'ok', { used: 100 }),
      enter(209, 'd', 400),
      enter(210, 'd', 400),
      leave(210, 'd', 'ok', { used: 900 }),
      enter(300, 'e', 1),
    ],
    ['go', 'slow 200', 'go', 'closed', 'slow 1', 'go', 'closed', 'slow 411'],
  ],
  [
    'a call larger than the burst takes the whole of it',
    { ...askedPolicy, tokens: { intervalUs: 1_000, burst: 500 } },
    [enter(0, 'a', 9_000), enter(499, 'b', 9_000), enter(500, 'c', 9_000)],
    ['go', 'slow 1', 'go'],
  ],
  [
    'two at once, and the place of whoever never left comes back',
    { ...askedPolicy, concurrent: 2 },
    [
      enter(0, 'a'),
      enter(1, 'b'),
      enter(2, 'c'),
      leave(3, 'a', 'ok'),
      enter(3, 'd'),
      enter(4, 'e'),
      enter(45_001, 'f'),
    ],
    ['go', 'go', 'busy 100', 'closed', 'go', 'busy 100', 'go'],
  ],
  [
    'one 429 slows it to seven tenths, the others of its wave do not, and it comes back by a hundredth each ten seconds',
    tenASecond,
    [
      enter(0, 'a'),
      enter(100, 'b'),
      leave(150, 'a', 'neutral', { pauseMs: 100, why: 'limited' }),
      leave(151, 'b', 'neutral', { pauseMs: 100, why: 'limited' }),
      enter(300, 'c'),
      enter(301, 'd'),
      enter(300_151, 'e'),
      enter(300_152, 'f'),
    ],
    ['go', 'go', 'closed', 'closed', 'go', 'slow 141.857', 'go', 'slow 99'],
  ],
];
