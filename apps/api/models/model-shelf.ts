import { providerNames, Refusal, type ModelChangeIn, type ModelOut, type ModelPriceIn } from '@winnow/contracts';
import type { ModelRow, Models } from '@winnow/storage';
import { presentModel } from './present-model';
import { readPrice } from './read-price';

export interface ModelPorts {
  readonly models: Models;
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

export const createModelShelf = ({ models, providers, refresh, now }: ModelPorts): ModelShelf => {
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
  const show = async (name: Name): Promise<ModelOut> => presentModel(await find(name), providers);
  return {
    all: async () => (await models.list(providers)).map((row) => presentModel(row, providers)),
    one: async (id) => show(await nameOf(id)),
    change: async (id, change) => {
      const name = await nameOf(id);
      const row = await find(name);
      const priced = row.prices.some((price) => price.service_tier === 'default' && row.inForce.includes(price.id));
      if (change.enabled === true && !priced)
        throw new Refusal('model-unpriced', `${id} has no price in force: POST one to /api/v1/models/{id}/prices`);
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
