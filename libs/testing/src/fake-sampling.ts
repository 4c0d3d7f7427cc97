import type { Sampling } from '@winnow/analysis';

/** Draws what the test says, and counts what was set aside. Without a word nothing is drawn. */
export const createFakeSampling = (
  but: { readonly draw?: number; readonly allowance?: bigint; readonly rates?: Sampling['rates'] } = {},
): Sampling & { readonly spent: () => bigint } => {
  let spent = 0n;
  return {
    rates: but.rates ?? { shadow: 0.5, audit: 0.25 },
    draw: () => but.draw ?? 1,
    allowance: async () => (but.allowance ?? 10n ** 12n) - spent,
    spend: (_, nanos) => {
      spent += nanos;
    },
    spent: () => spent,
  };
};
