import fc from 'fast-check';
import type { Clock } from './clock';
import { Path, type Entered, type Hop, type Stage } from './path';

type Ask = { readonly text: string };
type Flow = Record<string, unknown>;
type AnyStage = Stage<Ask, Flow, string>;
type Behaviour = 'add' | 'answer' | 'throw' | 'throw-otherwise';

const tickingClock = (): Clock => {
  let ms = 0;
  return { now: () => new Date(0), monotonicMs: () => (ms += 5) };
};

/** A stage that does as it is told and writes down when it was entered and left. */
const stageOf = (name: string, does: Behaviour, log: string[], more: Partial<AnyStage> = {}): AnyStage => ({
  name,
  enter: async (): Promise<Entered<Flow, string>> => {
    if (does === 'answer') return { answer: `by ${name}` };
    if (does !== 'add') throw new Error(`${name} broke`);
    log.push(`enter ${name}`);
    return { add: { [name]: true } };
  },
  leave: async (_flow, outcome) => void log.push(`leave ${name} ${outcome.kind}`),
  ...(does === 'throw-otherwise' ? { otherwise: () => ({ [name]: 'otherwise' }) } : {}),
  ...more,
});

const pathOf = (stages: readonly AnyStage[], onHop?: (hop: Hop) => void): Path<Ask, Ask, string> =>
  stages.reduce<Path<Ask, Ask, string>>(
    (path, stage) => path.through(stage),
    Path.from<Ask, string>(tickingClock(), { onHop }),
  );

const ask = { text: 'hi' };
const words = (hops: readonly Hop[]) => hops.map(({ stage, outcome }) => `${stage} ${outcome}`);

test.each<[string, Behaviour[], string, string[], string[]]>([
  ['no stage at all', [], 'passed', [], []],
  ['all add', ['add', 'add'], 'passed', ['a ok', 'b ok'], ['leave b passed', 'leave a passed']],
  ['the first answers', ['answer', 'add'], 'answered', ['a answered'], []],
  ['the last answers', ['add', 'answer'], 'answered', ['a ok', 'b answered'], ['leave a answered']],
  ['one throws', ['add', 'throw', 'add'], 'failed', ['a ok', 'b failed'], ['leave a failed']],
  ['one can be done without', ['throw-otherwise', 'add'], 'passed', ['a skipped', 'b ok'], ['leave b passed']],
])('%s', async (_name, behaviours, kind, hops, leaves) => {
  const log: string[] = [];
  const fall = await pathOf(behaviours.map((does, at) => stageOf('abc'.charAt(at), does, log))).run(ask);
  expect(fall.outcome.kind).toBe(kind);
  expect(words(fall.hops)).toEqual(hops);
  expect(log.filter((line) => line.startsWith('leave'))).toEqual(leaves);
  expect(fall.unsettled).toEqual([]);
});

test('the flow is gathered as far as the fall got, and the ask is not touched', async () => {
  const log: string[] = [];
  const stages = [stageOf('a', 'add', log), stageOf('b', 'throw-otherwise', log), stageOf('c', 'answer', log)];
  const fall = await pathOf(stages).run(Object.freeze({ ...ask }));
  expect(fall).toMatchObject({ outcome: { kind: 'answered', answer: 'by c' } });
  expect(fall.flow).toEqual({ text: 'hi', a: true, b: 'otherwise' });
});

test('every stage sees what those above added, and is left with the flow that it made', async () => {
  const seen: unknown[] = [];
  const counting = (name: string): AnyStage => ({
    name,
    enter: async (flow) => {
      seen.push(flow);
      return { add: { by: name } };
    },
    leave: async (flow) => void seen.push(flow),
  });
  await pathOf([counting('a'), counting('b')]).run(ask);
  expect(seen).toEqual([ask, { ...ask, by: 'a' }, { ...ask, by: 'b' }, { ...ask, by: 'a' }]);
});

test('hops carry the time, the note and the why', async () => {
  const stages: AnyStage[] = [
    { name: 'recall', enter: async () => ({ add: {}, note: 'miss', why: 'never seen' }) },
    { name: 'join', enter: async () => ({ add: {}, note: undefined }) },
    { name: 'route', enter: async () => ({ answer: 'no', note: 'refused', why: 'over-budget' }) },
  ];
  expect((await pathOf(stages).run(ask)).hops).toEqual([
    { stage: 'recall', outcome: 'miss', ms: 5, why: 'never seen' },
    { stage: 'join', outcome: 'ok', ms: 5 },
    { stage: 'route', outcome: 'refused', ms: 5, why: 'over-budget' },
  ]);
});

test('a failure keeps its error, and the hop says why in few words', async () => {
  const error = new Error('x'.repeat(1_000));
  const fall = await pathOf([{ name: 'a', enter: () => Promise.reject(error) }]).run(ask);
  expect(fall.outcome).toEqual({ kind: 'failed', error });
  expect(fall.hops[0]?.why).toHaveLength(200);
});

test.each<[string, AnyStage['enter']]>([
  [
    'throws before it makes a promise',
    () => {
      throw new Error('at once');
    },
  ],
  ['resolves to nothing', async () => undefined as unknown as Entered<Flow, string>],
  ['throws what is no error', () => Promise.reject('just text')], // oxlint-disable-line prefer-promise-reject-errors
])('an enter that %s fails the fall and never rejects it', async (_name, enter) => {
  const fall = await pathOf([{ name: 'a', enter }]).run(ask);
  expect(fall.outcome.kind).toBe('failed');
  expect(words(fall.hops)).toEqual(['a failed']);
});

test('an otherwise that throws fails the fall with its own error', async () => {
  const error = new Error('otherwise broke');
  const otherwise = () => {
    throw error;
  };
  const fall = await pathOf([stageOf('a', 'throw', [], { otherwise })]).run(ask);
  expect(fall.outcome).toEqual({ kind: 'failed', error });
});

test('a stage over its limit is skipped, and what becomes of it later harms nobody', async () => {
  let breakLate = (_error: Error): void => {};
  const enter = () => new Promise<never>((_, reject) => (breakLate = reject));
  const slow = stageOf('slow', 'add', [], { enter, limitMs: 1, otherwise: () => ({ slow: 'no' }) });
  const fall = await pathOf([slow, stageOf('next', 'add', [])]).run(ask);
  breakLate(new Error('too late'));
  expect(words(fall.hops)).toEqual(['slow skipped', 'next ok']);
  expect(fall.hops[0]?.why).toBe('over its limit of 1 ms');
  expect(fall.flow).toEqual({ text: 'hi', slow: 'no', next: true });
});

test('a leave that throws stops no other and is told', async () => {
  const log: string[] = [];
  const error = new Error('cannot release');
  const leaveThrows = () => {
    throw error;
  };
  const stages = [
    stageOf('a', 'add', log),
    stageOf('b', 'add', log, { leave: leaveThrows }),
    stageOf('c', 'add', log, { leave: () => Promise.reject(error) }),
    stageOf('d', 'answer', log),
  ];
  const fall = await pathOf(stages).run(ask);
  expect(fall.unsettled).toEqual([
    { stage: 'c', error },
    { stage: 'b', error },
  ]);
  expect(fall.outcome).toEqual({ kind: 'answered', answer: 'by d' });
  expect(log).toContain('leave a answered');
});

test('the observer hears every hop in turn, and cannot break the fall', async () => {
  const heard: Hop[] = [];
  const error = new Error('no metrics');
  const stages = [stageOf('a', 'add', []), stageOf('b', 'throw', [])];
  const fall = await pathOf(stages, (hop) => {
    heard.push(hop);
    throw error;
  }).run(ask);
  expect(heard).toEqual(fall.hops);
  expect(fall.unsettled).toEqual([
    { stage: 'a', error },
    { stage: 'b', error },
  ]);
});

test('a path is cut before a stage, and the whole one stays as it was', async () => {
  const path = pathOf(['a', 'b', 'c'].map((name) => stageOf(name, 'add', [])));
  expect(path.until('b').stages).toEqual(['a']);
  expect(path.stages).toEqual(['a', 'b', 'c']);
  expect((await path.until('c').run(ask)).flow).toEqual({ text: 'hi', a: true, b: true });
  expect(() => path.until('d')).toThrow('no stage d');
});

test.each<[string, AnyStage[], string]>([
  ['two stages of one name', [stageOf('a', 'add', []), stageOf('a', 'add', [])], 'a stage a already'],
  ['a limit alone', [stageOf('a', 'add', [], { limitMs: 5 })], 'no otherwise'],
  ['a limit of nothing', [stageOf('a', 'throw-otherwise', [], { limitMs: 0 })], '0 ms'],
])('%s cannot be built', (_name, stages, message) => expect(() => pathOf(stages)).toThrow(message));

test('leaves are exactly the reverse of enters', async () => {
  const behaviour = fc.constantFrom<Behaviour>('add', 'add', 'add', 'answer', 'throw', 'throw-otherwise');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(behaviour, fc.boolean()), { maxLength: 12 }), async (behaviours) => {
      const log: string[] = [];
      const stages = behaviours.map(([does, leaveThrows], at) => {
        const stage = stageOf(`s${at}`, does, log);
        if (!leaveThrows) return stage;
        const leave: AnyStage['leave'] = async (flow, outcome) => {
          await stage.leave?.(flow, outcome);
          throw new Error('left badly');
        };
        return { ...stage, leave };
      });
      const fall = await pathOf(stages).run(ask);
      const named = (verb: string) => log.filter((line) => line.startsWith(verb)).map((line) => line.split(' ')[1]);
      expect(named('leave')).toEqual(named('enter').toReversed());
      const end = behaviours.findIndex(([does]) => does === 'answer' || does === 'throw');
      expect(fall.hops).toHaveLength(end < 0 ? behaviours.length : end + 1);
      expect(fall.outcome.kind === 'passed').toBe(end < 0);
      expect(fall.unsettled.every(({ stage }) => named('enter').includes(stage))).toBe(true);
    }),
  );
});
