type Query = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

/** The clock of one test database, by which the product decides everything that time decides. It only ever goes forward. */
export interface TestClock {
  readonly now: () => Promise<Date>;
  readonly advance: (ms: number) => Promise<void>;
  /** to the next time that it is so late in a zone: `('Asia/Kolkata', '00:00:01')` */
  readonly advanceToLocal: (zone: string, time: string) => Promise<Date>;
}

const schema = 'shifted';

// The volatility is that of the original: plans, and what an index is asked for, stay as they are in production.
const shiftedFunctions = [
  ['now', 'STABLE'],
  ['transaction_timestamp', 'STABLE'],
  ['statement_timestamp', 'STABLE'],
  ['clock_timestamp', 'VOLATILE'],
].map(
  // By its key: some of our functions are planned without sequential scans, which here would cost as if there were no other way.
  ([name, volatility]) => `
    CREATE FUNCTION ${schema}.${name}() RETURNS timestamptz LANGUAGE plpgsql ${volatility} PARALLEL SAFE AS $$
    BEGIN
      RETURN pg_catalog.${name}() + (SELECT c.ahead FROM ${schema}.clock c WHERE c.one);
    END $$;`,
);

const shiftDefaults = `
  DO $$
  DECLARE
    c record;
  BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
              WHERE table_schema = 'public' AND column_default IN ('CURRENT_TIMESTAMP', 'now()')
    LOOP
      EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I SET DEFAULT ${schema}.now()', c.table_name, c.column_name);
    END LOOP;
  END $$;`;

/**
 * Puts a clock that tests can move before the server's. A name without a schema is looked for along the search path, and pg_catalog comes
 * first only where the path does not name it. So every `now()` of statements and functions is the moved one, without a line of the product
 * knowing. CURRENT_TIMESTAMP is a keyword that no path reaches: columns that default to it get the moved clock as their default.
 *
 * The path is a setting of the database, not of the address: options in an address would replace the limits that the product's own pools
 * set. It holds for connections that are made from now on.
 */
export const installShiftedClock = async (query: Query, database: string): Promise<void> => {
  await query(`CREATE SCHEMA ${schema}`);
  await query(
    `CREATE TABLE ${schema}.clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), ahead interval NOT NULL)`,
  );
  await query(`INSERT INTO ${schema}.clock (ahead) VALUES ('0')`);
  await query(shiftedFunctions.join('\n'));
  await query(shiftDefaults);
  await query(`ALTER DATABASE ${database} SET search_path = ${schema}, pg_catalog, public`);
};

export const createShiftedClock = (query: Query): TestClock => {
  const now = async (): Promise<Date> => {
    const [row] = await query<{ now: Date }>(`SELECT ${schema}.clock_timestamp() AS now`);
    if (row === undefined) throw new Error('the database has no clock');
    return row.now;
  };
  return {
    now,
    advance: async (ms) => {
      if (!(ms >= 0)) throw new RangeError(`the clock goes forward, not by ${ms} ms`);
      await query(`UPDATE ${schema}.clock SET ahead = ahead + make_interval(secs => $1)`, [ms / 1000]);
    },
    advanceToLocal: async (zone, time) => {
      await query(
        `WITH moment AS (
           SELECT ${schema}.clock_timestamp() AS at
         ), next AS (
           SELECT min(x.at) AS at FROM moment m, generate_series(0, 2) AS days, LATERAL (
             SELECT (date_trunc('day', m.at AT TIME ZONE $1) + make_interval(days => days) + $2::interval) AT TIME ZONE $1 AS at) x WHERE x.at > m.at)
         UPDATE ${schema}.clock SET ahead = ahead + (next.at - m.at) FROM next, moment m`,
        [zone, time],
      );
      return now();
    },
  };
};

const refuse = (): Promise<never> =>
  Promise.reject(new Error(`this database has the server's clock: ask for one with { clock: 'shifted' }`));

/** That of a database that was not asked to be moved. */
export const serverClock: TestClock = { now: refuse, advance: refuse, advanceToLocal: refuse };
