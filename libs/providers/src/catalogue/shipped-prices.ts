import { parseUsd, type Nano } from '@winnow/kernel';
import { shippedModels } from './models';

export interface ShippedPrice {
  readonly provider: string;
  readonly model: string;
  readonly from: string;
  /** nano-dollars per million tokens */
  readonly input: Nano;
  readonly cacheRead: Nano;
  readonly cacheWrite: Nano;
  readonly output: Nano;
}

/** None of these providers charges for writing its cache beyond the input itself. */
export const shippedPrices = (): ShippedPrice[] =>
  shippedModels.map(({ provider, model, from, input, cacheRead, output }) => ({
    provider,
    model,
    from,
    input: parseUsd(input),
    cacheRead: parseUsd(cacheRead),
    cacheWrite: parseUsd(input),
    output: parseUsd(output),
  }));
