/** `provider/model`, as receipts, samples and weights name a rung. */
export const nameOfRung = ({ provider, model }: { readonly provider: string; readonly model: string }): string =>
  `${provider}/${model}`;
