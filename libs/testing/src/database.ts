import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createShiftedClock, installShiftedClock, serverClock, type TestClock } from './shift-clock';

/** `shifted`: the database's clock can be moved, and every process that works on it goes by it */
export type ClockKind = 'server' | 'shifted';

export interface TestDatabase {
  readonly url: string;
  readonly clock: TestClock;
  readonly query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  readonly drop: () => Promise<void>;
}

const serverUrl = (): string => {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined)
    throw new Error('TEST_DATABASE_URL is not set: run these tests by `npm test`, which provides the servers');
  return url;
};

const onServer = async (work: string | ((client: pg.Client) => Promise<void>), url = serverUrl()): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await (typeof work === 'string' ? client.query(work) : work(client));
  } finally {
    await client.end();
  }
};

/** A database of its own for one test file, cloned from the migrated template: tens of milliseconds, and nothing to clean up by hand. */
export const cloneDatabase = async (options: { clock?: ClockKind } = {}): Promise<TestDatabase> => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${process.env.TEST_TEMPLATE ?? 'winnow_template'}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const shifted = options.clock === 'shifted';
  if (shifted)
    await onServer(
      (client) =>
        installShiftedClock(
          async <Row extends object>(text: string, values?: unknown[]) =>
            (await client.query(text, values)).rows as Row[],
          name,
        ),
      url.href,
    );
  const pool = new pg.Pool({ connectionString: url.href, max: 4 });
  pool.on('error', () => undefined);
  const query = async <Row extends object>(text: string, values?: unknown[]) =>
    (await pool.query(text, values)).rows as Row[];
  return {
    url: url.href,
    clock: shifted ? createShiftedClock(query) : serverClock,
    query,
    drop: async () => {
      await pool.end();
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
};
