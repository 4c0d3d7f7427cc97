import { createUpkeep, enrolWorker } from '@winnow/storage';
import { cloneDatabase } from './database';
import { stockDatabase, type StockedDatabase } from './stocked-database';

const hourMs = 3_600_000;
const zone = 'Asia/Kolkata';

/** How far a moment is from another, in whole seconds; what the test itself takes is no part of it. */
const secondsApart = (a: Date, b: Date): number => Math.floor((a.getTime() - b.getTime()) / 1000);

describe('the clock of a test database', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    // One connection a pool: what it has planned is what it runs again.
    stock = await stockDatabase({ ledger: 1, rest: 1, clock: 'shifted' });
  });
  afterAll(() => stock.close());

  test('moves every now() of every pool and of Prisma, and leaves the limits of the pools alone', async () => {
    const look = `SELECT now() AS now, clock_timestamp() AS clock, statement_timestamp() AS statement, transaction_timestamp() AS whole,
                         CURRENT_TIMESTAMP AS server, current_setting('statement_timeout') AS limit`;
    await stock.clock.advance(36 * hourMs);
    for (const pool of ['ledger', 'rest', 'beat'] as const) {
      const [row] = await stock.db[pool].query<Record<string, Date>>(look);
      if (row?.server === undefined) throw new Error('no row');
      for (const name of ['now', 'clock', 'statement', 'whole'])
        expect(secondsApart(row[name] ?? row.server, row.server)).toBe(36 * 3_600);
      expect(row.limit).toBe('3s');
    }
    const [viaPrisma] = await stock.db.prisma.$queryRaw<{ hours: number }[]>`
      SELECT (extract(epoch FROM now() - CURRENT_TIMESTAMP) / 3600)::int AS hours`;
    expect(viaPrisma).toEqual({ hours: 36 });
  });

  test('turns the windows of functions and the leases of statements that have been planned before', async () => {
    const tenant = await stock.addTenant({ timeZone: zone });
    const open = async () => {
      const [row] = await stock.query<{ budget_id: bigint; closes_at: Date }>(
        'SELECT * FROM open_windows($1, NULL, NULL, NULL)',
        [tenant],
      );
      if (row === undefined) throw new Error('no window');
      return row;
    };
    const worker = await enrolWorker(stock.db.beat, 'executor', 1);
    const { markGone } = createUpkeep(stock.db);
    for (let n = 0; n < 6; n += 1) expect(await markGone(15_000)).toEqual([]);
    // Six times: five of them a prepared plan is made for its values, from then on it is kept.
    const before = await open();
    for (let n = 0; n < 6; n += 1) expect(await open()).toEqual(before);
    const now = await stock.clock.advanceToLocal(zone, '00:00:01');
    expect(secondsApart(now, before.closes_at)).toBe(1);
    const after = await open();
    expect(after.budget_id).not.toBe(before.budget_id);
    expect(secondsApart(after.closes_at, before.closes_at)).toBe(24 * 3_600);
    expect(await markGone(15_000)).toEqual([worker.id()]);
  });

  test('is what columns get where nobody says a time', async () => {
    const tenant = await stock.addTenant();
    const [row] = await stock.query<{ ahead: boolean }>(
      `SELECT created_at > CURRENT_TIMESTAMP + interval '1 day' AS ahead FROM tenant WHERE id = $1`,
      [tenant],
    );
    expect(row).toEqual({ ahead: true });
  });

  test('reaches all that decides: no function, view or column has a clock that the search path does not choose', async () => {
    const keyword =
      'current_timestamp|current_date|current_time|localtime|pg_catalog\\.[a-z_]*(now|timestamp)|timeofday';
    const stray = await stock.query<{ name: string }>(
      `SELECT p.proname AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
          AND (p.prosrc ~* $1 OR array_to_string(p.proconfig, ',') ~ 'search_path')
       UNION ALL SELECT viewname FROM pg_views WHERE schemaname = 'public' AND definition ~* $1
       UNION ALL SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
        WHERE c.table_schema = 'public' AND (c.column_default ~* $1 OR c.is_generated <> 'NEVER')`,
      [keyword],
    );
    expect(stray).toEqual([]);
  });

  test('goes forward only, and only where it was asked for', async () => {
    await expect(stock.clock.advance(-1)).rejects.toThrow('forward');
    const plain = await cloneDatabase();
    await expect(plain.clock.advance(1)).rejects.toThrow(`{ clock: 'shifted' }`);
    await plain.drop();
  });
});
