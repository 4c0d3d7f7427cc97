import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createLearnedStore, type NewLearned } from './learned';

describe('what was learned', () => {
  let stocked: StockedDatabase;
  beforeAll(async () => {
    stocked = await stockDatabase();
  });
  afterAll(() => stocked?.close());
  const store = () => createLearnedStore(stocked.db.rest);
  const learned = (but: Partial<NewLearned> = {}): NewLearned => ({
    kind: 'score',
    task: 'a.b',
    subject: '',
    state: 'live',
    weights: Buffer.from('w'),
    metrics: { apgr: 0.7 },
    rows: 100,
    ...but,
  });

  test('a version is swapped whole, and what was refused never serves', async () => {
    expect(await store().publish(learned())).toBe(1);
    expect(await store().publish(learned({ weights: Buffer.from('better') }))).toBe(2);
    expect(await store().publish(learned({ state: 'refused', weights: Buffer.from('worse') }))).toBe(3);
    expect(await store().publish(learned({ kind: 'router' }))).toBe(1);
    const live = await store().liveSince(0n);
    expect(live.map(({ kind, version, weights }) => [kind, version, Buffer.from(weights).toString()])).toEqual([
      ['score', 2, 'better'],
      ['router', 1, 'w'],
    ]);
    expect(await store().liveSince(live.at(-1)?.id ?? 0n)).toEqual([]);
  });

  test('old versions are forgotten, the one that serves never', async () => {
    const one = learned({ task: 'c.d' });
    for (let n = 0; n < 25; n += 1) await store().publish(one);
    const rows = await stocked.query<{ version: number; state: string }>(
      `SELECT version, state FROM learned WHERE task = 'c.d' ORDER BY version`,
    );
    expect(rows.length).toBeLessThanOrEqual(21);
    expect(rows.at(-1)).toEqual({ version: 25, state: 'live' });
    for (let n = 0; n < 25; n += 1) await store().publish({ ...one, state: 'refused' });
    expect((await store().liveSince(0n)).find(({ task }) => task === 'c.d')?.version).toBe(25);
  });
});
