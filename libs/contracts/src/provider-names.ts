export const providerNames = ['openai', 'groq', 'openrouter', 'anthropic', 'gemini', 'custom'] as const;
export type ProviderName = (typeof providerNames)[number];
