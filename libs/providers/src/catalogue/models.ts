import type { ProviderName, Tier } from '@winnow/contracts';

export interface ShippedModel {
  readonly provider: ProviderName;
  readonly model: string;
  readonly tier: Tier;
  /** dollars per million tokens, as the provider's price page states them, and since when Winnow knows them */
  readonly from: string;
  readonly input: string;
  readonly cacheRead: string;
  readonly output: string;
}

/**
 * The models that can be routed to, in the order in which a tier tries them, and what each costs. A price never changes under its date: a new
 * price is a new row with a later `from`.
 */
export const shippedModels: readonly ShippedModel[] = [
  {
    provider: 'openai',
    model: 'gpt-4o-mini',
    tier: 'ultra',
    from: '2024-07-18',
    input: '0.15',
    cacheRead: '0.075',
    output: '0.60',
  },
  {
    provider: 'groq',
    model: 'openai/gpt-oss-20b',
    tier: 'ultra',
    from: '2025-08-05',
    input: '0.075',
    cacheRead: '0.0375',
    output: '0.30',
  },
  {
    provider: 'openai',
    model: 'gpt-4.1-nano',
    tier: 'ultra',
    from: '2025-04-14',
    input: '0.10',
    cacheRead: '0.025',
    output: '0.40',
  },
  {
    provider: 'openai',
    model: 'gpt-4.1-mini',
    tier: 'medium',
    from: '2025-04-14',
    input: '0.40',
    cacheRead: '0.10',
    output: '1.60',
  },
  {
    provider: 'openai',
    model: 'gpt-4o',
    tier: 'advanced',
    from: '2024-08-06',
    input: '2.50',
    cacheRead: '1.25',
    output: '10',
  },
  {
    provider: 'openrouter',
    model: 'openai/gpt-4o',
    tier: 'advanced',
    from: '2024-08-06',
    input: '2.50',
    cacheRead: '2.50',
    output: '10',
  },
];
