/** What holds for all models of a provider and stands in no file: whether a batch has the discount of cached tokens too. */
export const stacksAt: Readonly<Record<string, boolean>> = { anthropic: true };

/** Share of the price that a batch pays where a file does not say, in millionths. */
export const batchRateAt: Readonly<Record<string, number>> = { anthropic: 500_000, groq: 500_000 };
