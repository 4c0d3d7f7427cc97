import { providerNames, Refusal, type ModelChangeIn, type ModelOut, type ModelPriceIn } from '@winnow/contracts';
import type { BreakerState } from '@winnow/kernel';
import type { ModelRow, Models } from '@winnow/storage';
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
  readonly change: (id: string, change: ModelChangeIn) => Promise<ModelOut>;
  readonly addPrice: (id: string, price: ModelPriceIn) => Promise<ModelOut>;
}

interface Name {
  readonly provider: string;
  readonly model: string;
}

const longestName = 300;
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
    change: async (id, change) => {
      const name = await nameOf(id);
      const row = await find(name);
      const priced = row.prices.some((price) => price.service_tier === 'default' && row.inForce.includes(price.id));
      if (change.enabled === true && !priced)
        throw new Refusal('model-unpriced', `${id} has no price in force: POST one to /api/v1/models/{id}/prices`);
      if (change.breaker !== undefined) await force(name, change.breaker);
      await models.change(name.provider, name.model, change);
      await refresh();
      return show(name);
    },
    addPrice: async (id, body) => {
      // Anyone's model may be priced before it is known here; its name then says whose it is.
      const name = splitId(id) ?? (await nameOf(id));
      const price = readPrice(body, name.provider, name.model, now());
      if (!(await models.addPrice(price)))
        throw new Refusal('state-conflict', `${id} has a price from ${price.from} on, and a price never changes`);
      await refresh();
      return show(name);
    },
  };
};
