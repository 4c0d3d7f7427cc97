import type { PriceRule, Rung } from '../ports';

/**
 * The price that a call is settled at: that of its attempt, in the version the hold was made with. Only where the provider states that it
 * billed another service tier does that tier's price count, as it was known when the rung was chosen.
 */
export const billedPrice = ({ price, others = [] }: Rung, stated: string | undefined): PriceRule =>
  stated === undefined || stated === price.serviceTier
    ? price
    : (others.find(({ serviceTier }) => serviceTier === stated) ?? price);
