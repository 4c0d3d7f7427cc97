import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client';

/** A statement on one pool. Rows come back typed by the caller, bigints as bigint. */
export interface Sql {
  /**
   * With a name it is planned once a connection: only for what runs for every job, and whose plan does not depend on how large the tables
   * are by then.
   */
  readonly query: <Row extends object>(text: string, values?: readonly unknown[], name?: string) => Promise<Row[]>;
}

export interface Database {
  /** holds, sends, settles: few connections, since they meet on few rows */
  readonly ledger: Sql;
  readonly rest: Sql;
  /** one connection of its own for beats: a full pool must not look like a dead worker */
  readonly beat: Sql;
  readonly prisma: PrismaClient;
  readonly transaction: <Out>(work: (sql: Sql) => Promise<Out>) => Promise<Out>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly ledgerPool: number;
  readonly restPool: number;
  readonly app: string;
  readonly onError: (error: Error) => void;
}

const int8 = 20;
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary'
      ? (text: string) => BigInt(text)
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

// A held row must give an error in time, not a hang; a client whose server is gone must notice.
const limits =
  '-c statement_timeout=3000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000 -c timezone=UTC';

const createPool = (options: DatabaseOptions, max: number, name: string): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    types,
    options: limits,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    application_name: `winnow-${options.app}-${name}`,
  });
  // Without a listener the error of an idle connection ends the process.
  pool.on('error', options.onError);
  return pool;
};

const asSql = (client: { query: (query: pg.QueryConfig) => Promise<pg.QueryResult> }): Sql => ({
  query: async <Row extends object>(text: string, values?: readonly unknown[], name?: string) =>
    (await client.query({ text, values: values as unknown[], name })).rows as Row[],
});

const inTransaction =
  (pool: pg.Pool) =>
  async <Out>(work: (sql: Sql) => Promise<Out>): Promise<Out> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    // The server may end a connection between two statements: without a listener that ends the process.
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const out = await work(asSql(client));
      await client.query('COMMIT');
      return out;
    } catch (error) {
      await client.query('ROLLBACK').catch((fault: Error) => {
        broken = fault;
      });
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  };

export const createDatabase = (options: DatabaseOptions): Database => {
  const ledger = createPool(options, options.ledgerPool, 'ledger');
  const rest = createPool(options, options.restPool, 'rest');
  const beat = createPool(options, 1, 'beat');
  const prisma = new PrismaClient({ adapter: new PrismaPg(rest) });
  return {
    ledger: asSql(ledger),
    rest: asSql(rest),
    beat: asSql(beat),
    prisma,
    transaction: inTransaction(rest),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([ledger.end(), rest.end(), beat.end()]);
    },
  };
};
