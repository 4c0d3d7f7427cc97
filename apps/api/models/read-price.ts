import type { NewPrice } from '@winnow/analysis';
import type { ModelPriceIn } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';

const millionth = 1_000n;

/** What an operator states, made whole: what is not said of cached tokens is that they cost what input costs. */
export const readPrice = (body: ModelPriceIn, provider: string, model: string, now: Date): NewPrice => {
  const input = parseUsd(body.input);
  const money = (text: string | undefined): bigint => (text === undefined ? input : parseUsd(text));
  return {
    provider,
    model,
    serviceTier: body.serviceTier ?? 'default',
    from: new Date(body.from ?? now).toISOString(),
    input,
    cacheRead: money(body.cacheRead),
    cacheWrite: money(body.cacheWrite),
    output: parseUsd(body.output),
    batchRate: body.batchRate === undefined ? null : Number(parseUsd(body.batchRate) / millionth),
    stacks: body.stacks ?? false,
    minimum: parseUsd(body.minimum ?? '0'),
    context: body.context ?? null,
    maxOutput: body.maxOutput ?? null,
    cacheMinTokens: body.cacheMinTokens ?? null,
    quarantine: null,
  };
};
