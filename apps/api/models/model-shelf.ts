import type { NewPrice } from '@winnow/analysis';
import { providerNames, Refusal, type ModelChangeIn, type ModelOut, type ModelPriceIn } from '@winnow/contracts';
import { canonicalJson, sha256Hex, type BreakerState } from '@winnow/kernel';
import type { ModelRow, Models, Once, TenantId } from '@winnow/storage';
import { etagOf, matchesEtag } from '../http/etag';
import { presentModel } from './present-model';
import { readPrice } from './read-price';

export interface ModelPorts {
  readonly models: Models;
  /** of targets, which are `provider:model` */
  readonly breakers: {
    readonly statesOf: (targets: readonly string[]) => Promise<BreakerState[]>;
    readonly force: (target: string, to: 'open' | 'closed' | null) => Promise<unknown>;
  };
  /** the configured ones */
  readonly providers: readonly string[];
  readonly refresh: () => Promise<void>;
  readonly now: () => Date;
}

export interface ModelShelf {
  readonly all: () => Promise<ModelOut[]>;
  readonly one: (id: string) => Promise<ModelOut>;
  readonly change: (id: string, change: ModelChangeIn, ifMatch?: string) => Promise<ModelOut>;
  readonly addPrice: (ask: PriceAsk) => Promise<PricedModel>;
}

export interface PriceAsk {
  readonly tenant: TenantId;
  readonly id: string;
  readonly body: ModelPriceIn;
  readonly idempotencyKey: string | undefined;
}

export interface PricedModel {
  readonly model: ModelOut;
  /** an earlier request with the same key has added the price */
  readonly replayed: boolean;
}

interface Name {
  readonly provider: string;
  readonly model: string;
}

const longestName = 300;
const pricesRoute = 'POST /api/v1/models/{id}/prices';
const lockNotHad = '55P03';

const onceOf = ({ tenant, id, body, idempotencyKey: key }: PriceAsk): Once | null =>
  key === undefined ? null : { tenant, route: pricesRoute, key, print: sha256Hex(canonicalJson({ id, body })) };

const inUse = (): Refusal =>
  new Refusal('idempotency-key-in-use', 'the first request with this key has not ended', {}, { 'retry-after': '1' });

/** Adds it, or finds that it was added under this key; true for the latter. */
const addOnce = async (models: Models, ask: PriceAsk, price: NewPrice): Promise<boolean> => {
  const once = onceOf(ask);
  const added = await models.addPrice(price, once).catch((error: { code?: unknown }) => {
    throw once !== null && error.code === lockNotHad ? inUse() : error;
  });
  if (added.kind === 'conflict')
    throw new Refusal('state-conflict', `${ask.id} has a price from ${price.from} on, and a price never changes`);
  if (added.kind === 'replayed' && added.print !== once?.print)
    throw new Refusal('idempotency-key-reused', 'this Idempotency-Key was used for another model or price');
  return added.kind === 'replayed';
};

const changed = (): Refusal =>
  new Refusal('precondition-failed', 'the model is not as If-Match names it: read it again');

const noModel = (): Refusal => new Refusal('not-found', 'there is no such model');

/** `openai/gpt-4o-mini`; the slash may also come as %2F. */
const splitId = (id: string): Name | null => {
  const at = id.indexOf('/');
  const provider = id.slice(0, at);
  const isKnown = at > 0 && (providerNames as readonly string[]).includes(provider);
  const model = id.slice(at + 1);
  return isKnown && /^[\w.:@/+-]+$/.test(model) && id.length <= longestName ? { provider, model } : null;
};

const targetOf = ({ provider, model }: Name): string => `${provider}:${model}`;

export const createModelShelf = ({ models, breakers, providers, refresh, now }: ModelPorts): ModelShelf => {
  const present = async (rows: readonly ModelRow[]): Promise<ModelOut[]> => {
    const states = await breakers.statesOf(rows.map(targetOf)).catch(() => null);
    return rows.map((row, i) => presentModel(row, providers, states?.[i] ?? null));
  };
  const force = async (name: Name, to: 'open' | 'closed' | null): Promise<void> => {
    try {
      await breakers.force(targetOf(name), to);
    } catch {
      throw new Refusal('unavailable', 'Redis, which keeps the breakers, cannot be reached: try again');
    }
  };
  /** A bare model name is the model at the provider that comes first. */
  const nameOf = async (id: string): Promise<Name> => {
    if (id.length > longestName) throw noModel();
    const name = splitId(id);
    if (name !== null) return name;
    const provider = await models.providerOf(id, providers);
    if (provider === null) throw noModel();
    return { provider, model: id };
  };
  const find = async ({ provider, model }: Name): Promise<ModelRow> => {
    const row = await models.find(provider, model);
    if (row === null) throw noModel();
    return row;
  };
  const show = async (name: Name): Promise<ModelOut> => {
    const [shown] = await present([await find(name)]);
    if (shown === undefined) throw noModel();
    return shown;
  };
  return {
    all: async () => present(await models.list(providers)),
    one: async (id) => show(await nameOf(id)),
    change: async (id, change, ifMatch) => {
      const name = await nameOf(id);
      const row = await find(name);
      if (ifMatch !== undefined && !matchesEtag(ifMatch, etagOf(await show(name)))) throw changed();
      const priced = row.prices.some((price) => price.service_tier === 'default' && row.inForce.includes(price.id));
      if (change.enabled === true && !priced)
        throw new Refusal('model-unpriced', `${id} has no price in force: POST one to /api/v1/models/{id}/prices`);
      if (change.breaker !== undefined) await force(name, change.breaker);
      const since = ifMatch === undefined ? undefined : row.changedAt;
      if (!(await models.change(name.provider, name.model, change, since))) throw changed();
      await refresh();
      return show(name);
    },
    addPrice: async (ask) => {
      // Anyone's model may be priced before it is known here; its name then says whose it is.
      const name = splitId(ask.id) ?? (await nameOf(ask.id));
      const replayed = await addOnce(models, ask, readPrice(ask.body, name.provider, name.model, now()));
      if (!replayed) await refresh();
      return { model: await show(name), replayed };
    },
  };
};
