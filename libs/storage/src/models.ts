import type { NewPrice } from '@winnow/analysis';
import type { Tier } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import type { Database, Sql } from './database';
import { takeKey, type IdempotencyKey, type Replay } from './idempotency';
import { writePrices } from './prices';
import type { TenantId } from './tenant-id';

export interface ModelPrice {
  readonly id: string;
  readonly service_tier: NewPrice['serviceTier'];
  readonly from_at: string;
  /** nano-dollars per million tokens, as text: they pass through JSON */
  readonly input: string;
  readonly cache_read: string;
  readonly cache_write: string;
  readonly output: string;
  readonly batch_rate: number | null;
  readonly stacks: boolean;
  readonly minimum: string;
  readonly context: number | null;
  readonly max_output: number | null;
  readonly cache_min_tokens: number | null;
  readonly quarantine: string | null;
  readonly source: 'shipped' | 'import' | 'operator';
}

export interface ModelRow {
  readonly provider: string;
  readonly model: string;
  /** as an operator has set it; null: by its price */
  readonly tier: Tier | null;
  readonly enabled: boolean;
  readonly place: number;
  /** in force now, one a service tier; then what is not in force, newest first */
  readonly prices: readonly ModelPrice[];
  readonly inForce: readonly string[];
  readonly changedAt: Date;
}

export interface ModelChange {
  readonly tier?: Tier | null;
  readonly enabled?: boolean;
  readonly order?: number;
}

export interface Models {
  readonly list: (providers: readonly string[]) => Promise<ModelRow[]>;
  readonly find: (provider: string, model: string) => Promise<ModelRow | null>;
  /** the provider that comes first among those that serve a model of this name */
  readonly providerOf: (model: string, providers: readonly string[]) => Promise<string | null>;
  /** false: it is not there, or was changed since */
  readonly change: (provider: string, model: string, change: ModelChange, since?: Date) => Promise<boolean>;
  readonly addPrice: (price: NewPrice, once: Once | null) => Promise<PriceAdded>;
}

/** A key under which a price is added once. */
export interface Once extends IdempotencyKey {
  readonly tenant: TenantId;
}

/** Conflict: another price holds from that very moment. */
export type PriceAdded = { readonly kind: 'added' | 'conflict' } | ({ readonly kind: 'replayed' } & Replay);

const mostModels = 2_000;
const mostPrices = 50;

const columns = (mostOld: string) => `m.provider, m.model, m.tier, m.enabled, m.place, m.changed_at AS "changedAt",
  ARRAY(SELECT id FROM (${inForce}) f) AS "inForce",
  coalesce((SELECT jsonb_agg(to_jsonb(p) || jsonb_build_object('input', p.input::text, 'cache_read', p.cache_read::text,
      'cache_write', p.cache_write::text, 'output', p.output::text, 'minimum', p.minimum::text) ORDER BY p.from_at DESC, p.id)
    FROM (SELECT * FROM price p WHERE p.provider = m.provider AND p.model = m.model AND (p.id IN (SELECT id FROM (${inForce}) g) OR ${mostOld})
           ORDER BY from_at DESC, id LIMIT ${mostPrices}) p), '[]') AS prices`;

const inForce = `SELECT DISTINCT ON (service_tier) id FROM price q WHERE q.provider = m.provider AND q.model = m.model
    AND q.from_at <= now() AND q.quarantine IS NULL ORDER BY service_tier, from_at DESC`;

class Conflict extends Error {}

const writePrice = async (sql: Sql, price: NewPrice): Promise<void> => {
  const written = await writePrices(sql, [price], 'operator');
  if (written.length === 0) throw new Conflict();
  // Whoever prices a model wants it called: one that was not known is switched on, one that is known stays as it is.
  await sql.query(
    `INSERT INTO model (provider, model, enabled, set_by) VALUES ($1, $2, true, 'operator') ON CONFLICT DO NOTHING`,
    [price.provider, price.model],
  );
};

/** Key and price in one: a price that is refused leaves its key free. */
const addPrice = async (
  { transaction }: Pick<Database, 'transaction'>,
  price: NewPrice,
  once: Once | null,
): Promise<PriceAdded> => {
  try {
    return await transaction(async (sql) => {
      const replay = once === null ? null : await takeKey(sql, once.tenant, once, uuidv7());
      if (replay !== null) return { kind: 'replayed', ...replay };
      await writePrice(sql, price);
      return { kind: 'added' };
    });
  } catch (error) {
    if (error instanceof Conflict) return { kind: 'conflict' };
    throw error;
  }
};

export const createModels = ({ rest: sql, transaction }: Pick<Database, 'rest' | 'transaction'>): Models => ({
  list: (providers) =>
    sql.query<ModelRow>(
      `SELECT ${columns('false')} FROM model m WHERE m.provider = ANY ($1) ORDER BY m.place, m.provider, m.model LIMIT ${mostModels}`,
      [providers],
    ),
  find: async (provider, model) =>
    (
      await sql.query<ModelRow>(`SELECT ${columns('true')} FROM model m WHERE m.provider = $1 AND m.model = $2`, [
        provider,
        model,
      ])
    )[0] ?? null,
  providerOf: async (model, providers) =>
    (
      await sql.query<{ provider: string }>(
        'SELECT provider FROM model WHERE model = $1 AND provider = ANY ($2) ORDER BY place, provider LIMIT 1',
        [model, providers],
      )
    )[0]?.provider ?? null,
  change: async (provider, model, { tier, enabled, order }, since) =>
    (
      await sql.query(
        `UPDATE model SET tier = CASE WHEN $3 THEN $4 ELSE tier END, enabled = coalesce($5, enabled), place = coalesce($6, place),
                set_by = 'operator', changed_at = now()
          WHERE provider = $1 AND model = $2 AND ($7::timestamptz IS NULL OR changed_at = $7) RETURNING model`,
        [provider, model, tier !== undefined, tier ?? null, enabled ?? null, order ?? null, since ?? null],
      )
    ).length > 0,
  addPrice: (price, once) => addPrice({ transaction }, price, once),
});
