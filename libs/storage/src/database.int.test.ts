import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { migrationFault, proveGate } from './gate-proof';
import { insistently, isPassing } from './insist';

describe('the database', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    stock = await stockDatabase();
  });
  afterAll(() => stock.close());

  test('gives whole numbers of eight bytes as bigint, and times in UTC', async () => {
    const [row] = await stock.query(
      `SELECT 9007199254740993 AS n, 1::int AS i, '2026-11-21 12:00+00'::timestamptz AS at, current_setting('timezone') AS zone`,
    );
    expect(row).toEqual({ n: 9_007_199_254_740_993n, i: 1, at: new Date('2026-11-21T12:00:00Z'), zone: 'UTC' });
  });

  test.each(['ledger', 'rest', 'beat'] as const)(
    'a statement on %s that hangs ends, with an error that may be repeated',
    async (pool) => {
      const rows = await stock.db[pool].query(
        `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`,
      );
      expect(rows).toEqual([{ statement: '3s', lock: '2s', idle: '5s' }]);
      const error = await stock.db[pool]
        .query(`SET statement_timeout = 20; SELECT pg_sleep(5)`)
        .catch((fault: unknown) => fault);
      expect(error).toMatchObject({ code: '57014' });
      expect(isPassing(error)).toBe(true);
    },
  );

  test('a transaction is all or nothing', async () => {
    await stock.query('CREATE TABLE note (n int)');
    const failing = stock.db.transaction(async (sql) => {
      await sql.query('INSERT INTO note VALUES (1)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await stock.db.transaction((sql) => sql.query('INSERT INTO note VALUES (2) RETURNING n'))).toEqual([
      { n: 2 },
    ]);
    expect(await stock.query('SELECT n FROM note')).toEqual([{ n: 2 }]);
  });

  test('a write is repeated when its connection was ended under it, and not when it was wrong', async () => {
    let tries = 0;
    const answer = await insistently(async () => {
      tries += 1;
      return stock.db.ledger.query(tries === 1 ? 'SELECT pg_terminate_backend(pg_backend_pid())' : 'SELECT 1 AS one');
    });
    expect([answer, tries]).toEqual([[{ one: 1 }], 2]);
    await expect(insistently(() => stock.query('SELECT nothing'))).rejects.toMatchObject({ code: '42703' });
  });

  test('a ledger that guards money proves it; one that does not is found out', async () => {
    expect(await proveGate(stock.db.ledger)).toBeNull();
    expect(await stock.query('SELECT 1 FROM attempt')).toEqual([]);
    const open = { query: async () => [{ verdict: 'granted' }] as never };
    expect(await proveGate(open)).toContain('grants holds that it has to refuse');
  });

  test('a database at another migration than this build knows is found out', async () => {
    const [{ last } = { last: '' }] = await stock.query<{ last: string }>(
      'SELECT max(migration_name) AS last FROM _prisma_migrations',
    );
    expect(await migrationFault(stock.db.rest, last)).toBeNull();
    expect(await migrationFault(stock.db.rest, '29990101000000_later')).toContain('npm run migrate');
  });
});
