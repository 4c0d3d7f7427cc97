import { priceIdOf, type NewPrice } from '@winnow/analysis';
import type { Database, Sql } from './database';

export type PriceSource = 'shipped' | 'import' | 'operator';

const asRow = (price: NewPrice, source: PriceSource, importId: string | null) => ({
  id: priceIdOf(price),
  provider: price.provider,
  model: price.model,
  service_tier: price.serviceTier,
  from_at: price.from,
  input: String(price.input),
  cache_read: String(price.cacheRead),
  cache_write: String(price.cacheWrite),
  output: String(price.output),
  batch_rate: price.batchRate,
  stacks: price.stacks,
  minimum: String(price.minimum),
  context: price.context,
  max_output: price.maxOutput,
  cache_min_tokens: price.cacheMinTokens,
  quarantine: price.quarantine,
  source,
  import_id: importId,
});

/** Writes the prices that are not known yet and says which. One that is known stays as it is: receipts refer to it. */
export const writePrices = async (
  sql: Sql,
  prices: readonly NewPrice[],
  source: PriceSource,
  importId: string | null = null,
): Promise<string[]> => {
  const rows = await sql.query<{ id: string }>(
    `INSERT INTO price SELECT * FROM jsonb_populate_recordset(NULL::price, $1) ON CONFLICT DO NOTHING RETURNING id`,
    [JSON.stringify(prices.map((price) => asRow(price, source, importId)))],
  );
  return rows.map(({ id }) => id);
};

export interface ModelPlace {
  readonly provider: string;
  readonly model: string;
  readonly enabled: boolean;
  readonly place: number;
}

/** Models of this version. What an operator has set, or what another version has shipped and this one does not know, stays. */
export const registerModels = async (sql: Sql, models: readonly ModelPlace[]): Promise<void> => {
  await sql.query(
    `INSERT INTO model (provider, model, enabled, place, set_by)
     SELECT provider, model, enabled, place, 'shipped'
       FROM jsonb_to_recordset($1) AS m (provider text, model text, enabled boolean, place int) ORDER BY provider, model
     ON CONFLICT (provider, model) DO UPDATE SET enabled = excluded.enabled, place = excluded.place, set_by = 'shipped', changed_at = now()
      WHERE model.set_by <> 'operator' AND (model.enabled, model.place, model.set_by) IS DISTINCT FROM (excluded.enabled, excluded.place, 'shipped')`,
    [JSON.stringify(models)],
  );
};

interface KnownRow {
  readonly provider: string;
  readonly model: string;
  readonly service_tier: NewPrice['serviceTier'];
  readonly from_at: Date;
  readonly input: bigint;
  readonly cache_read: bigint;
  readonly cache_write: bigint;
  readonly output: bigint;
  readonly batch_rate: number | null;
  readonly stacks: boolean;
  readonly minimum: bigint;
  readonly context: number | null;
  readonly max_output: number | null;
  readonly cache_min_tokens: number | null;
  readonly quarantine: string | null;
}

const priceOf = (row: KnownRow): NewPrice => ({
  provider: row.provider,
  model: row.model,
  serviceTier: row.service_tier,
  from: row.from_at.toISOString(),
  input: row.input,
  cacheRead: row.cache_read,
  cacheWrite: row.cache_write,
  output: row.output,
  batchRate: row.batch_rate,
  stacks: row.stacks,
  minimum: row.minimum,
  context: row.context,
  maxOutput: row.max_output,
  cacheMinTokens: row.cache_min_tokens,
  quarantine: row.quarantine,
});

/** The newest price of each model and service tier, and the newest that is believed where that is another one. */
export const newestPrices = async (sql: Sql): Promise<NewPrice[]> => {
  const rows = await sql.query<KnownRow>(
    `SELECT DISTINCT ON (provider, model, service_tier, quarantine IS NULL) * FROM price
      ORDER BY provider, model, service_tier, quarantine IS NULL, from_at DESC`,
  );
  return rows.map(priceOf);
};

export interface PriceImport {
  readonly id: string;
  readonly file: string;
  /** SHA-256 of the file */
  readonly print: string;
  readonly from: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly prices: readonly NewPrice[];
}

/** All of it or nothing. Models that were not known are written down as well, switched off: a file of prices decides nothing about routing. */
export const importPrices = ({ transaction }: Pick<Database, 'transaction'>, taken: PriceImport): Promise<string[]> =>
  transaction(async (sql) => {
    await sql.query('INSERT INTO price_import (id, file, print, from_at, counts) VALUES ($1, $2, $3, $4, $5)', [
      taken.id,
      taken.file,
      taken.print,
      taken.from,
      JSON.stringify(taken.counts),
    ]);
    const written = await writePrices(sql, taken.prices, 'import', taken.id);
    await sql.query(
      `INSERT INTO model (provider, model, set_by) SELECT DISTINCT provider, model, 'import' FROM price WHERE import_id = $1
       ON CONFLICT DO NOTHING`,
      [taken.id],
    );
    return written;
  });
