import type { JobEvent } from '@winnow/contracts';
import { createLive } from './live';
import { renderPrompt } from './render-prompt';
import { reviewSentiment } from './tasks/review-sentiment/review-sentiment';
import type { AnyTask } from '@winnow/contracts';

const task = reviewSentiment as unknown as AnyTask;
const { body: schema } = renderPrompt(task, { text: 'x', detail: true }).schema;
const answer = {
  sentiment: 'mixed',
  score: 0.1,
  topics: ['sound'],
  issues: [],
  summary: 'Good sound, poor battery.',
};

const setUp = (tellFails = false) => {
  const clock = { ms: 0 };
  const timers: (() => void)[] = [];
  const told: (readonly JobEvent[])[] = [];
  const faults: unknown[] = [];
  const live = createLive({
    tell: async (events) => {
      if (tellFails) throw new Error('no database');
      told.push(events);
    },
    nowMs: () => clock.ms,
    later: (_, work) => {
      timers.push(work);
      return () => void timers.splice(timers.indexOf(work), 1);
    },
    onFault: (error) => faults.push(error),
  });
  const events = () => told.flat();
  return { live, clock, timers, told, faults, events };
};
const kinds = (events: readonly JobEvent[]) => events.map(({ kind }) => kind);
const texts = (events: readonly JobEvent[]) =>
  events.flatMap(({ kind, data }) => (kind === 'token' ? (data as JobEvent<'token'>['data']).text : []));

describe('what is told of a call under way', () => {
  it('is gathered: one event a field, one a text that was not told yet', async () => {
    const { live, told, events } = setUp();
    const onText = live.open(task, schema, false);
    for (const char of JSON.stringify(answer)) onText(char);
    await live.close();
    expect(told).toHaveLength(1);
    expect(kinds(events())).toEqual(['progress', 'field', 'field', 'field', 'field', 'token', 'field']);
    expect(texts(events())).toEqual([answer.summary]);
  });
  it('is written after 100 ms, and once 1 KiB of text has come', async () => {
    const { live, timers, told } = setUp();
    const onText = live.open(task, schema, false);
    onText('{"summary":"ab');
    expect(timers).toHaveLength(1);
    timers[0]?.();
    for (let n = 0; n < 40; n += 1) onText('x'.repeat(64));
    await live.close();
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(texts(told.flat()).join('')).toBe(`ab${'x'.repeat(2_560)}`);
  });
  it('leaves out what breaks the schema', async () => {
    const { live, events } = setUp();
    live.open(task, schema, false)('{"sentiment":"splendid","score":7,"topics":["a"]');
    await live.close();
    expect(events().filter(({ kind }) => kind === 'field')).toMatchObject([{ data: { path: '/topics' } }]);
  });
  it('says at most twice a second how far it has come, and when it begins again', async () => {
    const { live, clock, events } = setUp();
    const first = live.open(task, schema, false);
    first('{"sentiment":"mixed","score":0.1,');
    clock.ms = 600;
    first('"topics":[');
    const second = live.open(task, schema, true);
    first('"lost"],"issues":[],');
    second('{"sentiment":"mixed"');
    await live.close();
    const progress = events().flatMap(({ kind, data }) => (kind === 'progress' ? [data] : []));
    expect(progress).toEqual([
      { percent: 40, phase: 'sentiment', completed: 0, total: 5 },
      { percent: 62, phase: 'topics', completed: 2, total: 5 },
      { percent: 40, phase: 'label', completed: 0, total: 5, restart: true },
    ]);
  });
  it('is no more than a thousand events, and no fault of the job where it cannot be written', async () => {
    const { live, timers, events } = setUp();
    const onText = live.open(task, schema, false);
    onText('{"summary":"');
    for (let n = 0; n < 1_200; n += 1) {
      onText('a');
      timers.at(-1)?.();
    }
    await live.close();
    expect(events()).toHaveLength(1_000);
    const broken = setUp(true);
    broken.live.open(task, schema, false)('{"sentiment":"mixed",');
    await broken.live.close();
    expect(broken.faults).toHaveLength(1);
  });
});
