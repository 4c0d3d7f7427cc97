import { createTaskRegistry, ownLadder, startOf, type Learned } from '@winnow/analysis';
import { learnLesson } from '@winnow/analysis/learning/train';
import { seeded } from '@winnow/analysis/statistics/seeded';
import { verify } from '@winnow/analysis/scoring/verifier';
import { createLearnedStore, createLessons, createLiveLearned, type TenantId } from '@winnow/storage';
import { aRung, createFakeCatalogue } from '@winnow/testing';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createLearn } from './learn';
import type { LearnPorts } from './learn-ports';
import { createCrowdWatch } from './watch-crowds';

jest.setTimeout(120_000);

const task = createTaskRegistry().find('review.sentiment')!;
const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const big = aRung('openai/big', 'light', '0.40', '1.60');
const catalogue = createFakeCatalogue([mini, big]);
const easy = ['lovely sound', 'solid build', 'nice colour', 'fine price', 'quick parcel'];
const hard = ['irony aside', 'sarcasm maybe', 'praise of faults', 'mocking stars', 'blame as praise'];

interface Shadow {
  readonly text: string;
  readonly agreed: boolean;
  readonly fault: number;
}

describe('learning from comparisons', () => {
  let stocked: StockedDatabase;
  let tenant: TenantId;
  let learned: Learned & { readonly refresh: () => Promise<void> };
  const published: string[] = [];
  const faults: unknown[] = [];
  const trained: string[] = [];
  let learn: () => Promise<void>;
  let nowMs = Date.now();

  beforeAll(async () => {
    stocked = await stockDatabase();
    tenant = await stocked.addTenant({});
    const store = createLearnedStore(stocked.db.rest);
    learned = createLiveLearned({ store, nowMs: () => nowMs, onFault: (row) => faults.push(row.kind) });
    const ports: LearnPorts = {
      lessons: createLessons(stocked.db.rest),
      store,
      catalogue,
      taskOf: createTaskRegistry().find,
      train: async (lesson) => {
        trained.push(lesson.kind);
        return learnLesson(lesson);
      },
      nowMs: () => nowMs,
      onPublished: (kind, _task, _version, state) => published.push(`${kind} ${state}`),
      onLabels: () => undefined,
      onFault: (_task, error) => faults.push(error),
    };
    learn = createLearn(ports);
  });
  afterAll(() => stocked?.close());
  beforeEach(() => {
    published.length = 0;
    trained.length = 0;
  });

  /** Jobs as the roll-up leaves them: answered by the weak rung, and held against the strong one. */
  const compare = async (rows: readonly Shadow[], category: string | null = null) => {
    const ids: string[] = [];
    for (const text of new Set(rows.map((row) => row.text))) {
      const own = rows.filter((row) => row.text === text);
      const plan = { tier: 'medium', route: { category, complexity: { score: 0.1 } } };
      const jobs = await stocked.addJobs(tenant, own.length, {
        input: { text, detail: false },
        plan,
        state: 'succeeded',
      });
      own.forEach((row, i) => (ids[rows.indexOf(row)] = jobs[i]!));
    }
    const items = rows.map((row, i) => ({
      ...row,
      job: ids[i],
      signs: { 'fault sign:score': row.fault, length: 0.3 },
    }));
    await stocked.query(
      `WITH item AS (SELECT * FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS x (row, n)), answered AS (
         INSERT INTO outcome (tenant_id, job_id, n, at, task, version, provider, model, tier, lane, served, score, calibrated, floor, checks, tokens, cost, propensity)
         SELECT $2, (row ->> 'job')::uuid, 1, now(), $3, 1, 'openai', 'mini', 'ultra', 'direct', true, 1 - (row ->> 'fault')::float8 / 2, false, 0.8,
                row -> 'signs', 12, 1000, 1 FROM item ORDER BY n)
       INSERT INTO sample (tenant_id, job_id, at, task, version, kind, subject, reference, tier, lane, score, value, agreed, cost)
       SELECT $2, (row ->> 'job')::uuid, now(), $3, 1, 'shadow', 'openai/mini', 'openai/big', 'ultra', 'direct', 1 - (row ->> 'fault')::float8 / 2, 1,
              (row ->> 'agreed')::boolean, 2000 FROM item ORDER BY n`,
      [JSON.stringify(items), tenant, task.name],
    );
  };
  const shadows = (n: number, seed: number, right: { easy: number; hard: number }): Shadow[] => {
    const random = seeded(seed);
    return Array.from({ length: n }, () => {
      const kind = random() < 0.6 ? 'easy' : 'hard';
      const words = kind === 'easy' ? easy : hard;
      const agreed = random() < right[kind];
      // the check sees most mistakes, and now and then one that is none
      const fault = random() < (agreed ? 0.05 : 0.7) ? 1 : 0;
      return { text: words[Math.floor(random() * words.length)]!, agreed, fault };
    });
  };
  const usually = { easy: 0.97, hard: 0.25 };
  const begins = (text: string) => {
    const own = ownLadder({ catalogue }, task)!;
    const routing = { mode: 'on' as const, random: () => 0.5, learned };
    return startOf(routing, own, task, { input: { text, detail: false }, floor: 0.8, cap: 50_000_000n }).route;
  };

  test('nothing seen, nothing learned', async () => {
    await learn();
    expect(published).toEqual([]);
    expect(begins(hard[0]!).ladder[0]?.model).toBe('mini');
  });

  test('one look teaches the score, the threshold, the router and the figures', async () => {
    await compare(shadows(900, 1, usually));
    await learn();
    await learned.refresh();
    expect(faults).toEqual([]);
    expect(published.sort()).toEqual(['quality live', 'router live', 'score live', 'threshold live']);
    expect(learned.router(task.name)).toMatchObject({ rungs: ['openai/mini', 'openai/big'], version: 1 });
  });

  test('the router takes the weak rung where it is right, and the strong one where it is not', () => {
    for (const text of easy) expect([text, begins(text).ladder[0]?.model]).toEqual([text, 'mini']);
    for (const text of hard) expect([text, begins(text).ladder[0]?.model]).toEqual([text, 'big']);
    expect(begins(hard[0]!).ladder.map(({ model }) => model)).toEqual(['big', 'mini']);
  });

  test('the score states what is so of answers that it has not seen', () => {
    const verifier = learned.verifier(task.name)!;
    const fresh = shadows(4_000, 99, usually);
    for (const fault of [0, 1]) {
      const held = fresh.filter((row) => row.fault === fault);
      const good = held.filter(({ agreed }) => agreed).length / held.length;
      const { good: stated } = verify(verifier, { 'fault sign:score': fault, length: 0.3 });
      expect(Math.abs(stated - good)).toBeLessThan(0.05);
    }
  });

  test('the figures of the rung are what it was', () => {
    const { mean, low, high, n, labels } = learned.measured(task.name, 'openai/mini')!;
    expect([n, labels]).toEqual([900, 900]);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(Math.abs(mean - (0.6 * usually.easy + 0.4 * usually.hard))).toBeLessThan(0.04);
    expect(learned.measured(task.name, 'openai/big')).toBeNull();
  });

  test('nothing new: nothing is read again, and nothing learned', async () => {
    await learn();
    expect([published, trained]).toEqual([[], []]);
  });

  test('a few more labels move the threshold alone; it rises when the weak rung gets worse', async () => {
    const before = learned.threshold(task.name)!;
    await compare(shadows(120, 2, { easy: 0.1, hard: 0.05 }));
    await learn();
    await learned.refresh();
    expect([published, trained]).toEqual([['threshold live'], []]);
    expect(learned.threshold(task.name)!).toBeGreaterThan(before);
  });

  test('a word of a person wins over the other model', async () => {
    await stocked.query(
      `UPDATE outcome SET label = 1, labeller = 'human' WHERE job_id IN (SELECT job_id FROM sample WHERE NOT agreed LIMIT 50)`,
    );
    const [progress] = await createLessons(stocked.db.rest).progress();
    expect(progress).toMatchObject({ compared: 1_020, judged: 50 });
    const rows = await createLessons(stocked.db.rest).comparisons(task.name, 1);
    expect(rows.filter(({ human, agreed }) => human === 1 && agreed === false)).toHaveLength(50);
    const own = await createLessons(stocked.db.rest).ofTenant(tenant, task.name);
    expect(own.filter(({ labeller }) => labeller === 'human').map(({ good }) => good)).toEqual(Array(50).fill(1));
    const other = await stocked.addTenant({});
    expect(await createLessons(stocked.db.rest).ofTenant(other, task.name)).toEqual([]);
  });

  test('a category of which most begin above light is told of, and once it has none the task is set back', async () => {
    await compare(shadows(100, 3, usually), 'Electronics');
    await compare(shadows(99, 4, usually), 'Books');
    const told: [string, readonly string[]][] = [];
    const lessons = createLessons(stocked.db.rest);
    let isOver = false;
    const watch = createCrowdWatch({
      lessons: { crowded: async () => (isOver ? [] : lessons.crowded()) },
      onCrowds: (name, categories) => told.push([name, categories]),
      onCrowd: ({ jobs, dear }) => expect([jobs, dear]).toEqual([100, 100]),
    });
    await watch();
    isOver = true;
    await watch();
    await watch();
    expect(told).toEqual([
      [task.name, ['Electronics']],
      [task.name, []],
    ]);
  });

  test('what cannot be read or is older than thirty days is as if it had never been learned', async () => {
    const store = createLearnedStore(stocked.db.rest);
    const broken = { task: task.name, subject: '', state: 'live' as const, metrics: {}, rows: 1 };
    for (const kind of ['router', 'score', 'threshold', 'quality'] as const)
      await store.publish({ ...broken, kind, weights: Buffer.from('{"a":') });
    await learned.refresh();
    expect(faults).toEqual(['router', 'score', 'threshold', 'quality']);
    expect(learned.threshold(task.name)).toBeNull();
    expect(learned.verifier(task.name)).toBeNull();
    expect(begins(hard[0]!).ladder[0]?.model).toBe('mini');
    await store.publish({
      ...broken,
      kind: 'quality',
      weights: Buffer.from(
        JSON.stringify({
          rungs: { 'a/b': { mean: 1, low: 1, high: 1, n: 1, labels: 1 } },
          coldStart: { cuts: [0.3, 0.5, 0.7, 0.9], rightAtUltra: {} },
        }),
      ),
    });
    await learned.refresh();
    expect(learned.measured(task.name, 'a/b')).toMatchObject({ n: 1 });
    expect(learned.measured(task.name, 'constructor')).toBeNull();
    nowMs += 31 * 86_400_000;
    expect([learned.measured(task.name, 'a/b'), learned.coldStart(task.name)]).toEqual([null, null]);
  });
});
