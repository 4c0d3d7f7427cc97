import type { Providers } from '@winnow/analysis';
import type { ProviderConfig } from '@winnow/contracts';
import { fault, FaultError } from '@winnow/kernel';
import { createAnthropicMessages } from './anthropic-messages';
import { createOpenAiChat } from './openai-chat';

export interface ConfiguredProviders extends Providers {
  readonly close: () => Promise<void>;
}

/** Calls go to the provider of their rung. A provider without a key is not here, and so is no rung of any ladder. */
export const createProviders = (configured: readonly ProviderConfig[], timeoutMs: number): ConfiguredProviders => {
  const chats = new Map(
    configured.map((provider) => [
      provider.name as string,
      provider.name === 'anthropic'
        ? createAnthropicMessages(provider, timeoutMs)
        : createOpenAiChat(provider, timeoutMs),
    ]),
  );
  return {
    complete: async (call) => {
      const chat = chats.get(call.rung.provider);
      if (chat === undefined) throw new FaultError(fault('unavailable', `${call.rung.provider} is not configured`));
      return chat.complete(call);
    },
    close: async () => {
      await Promise.all([...chats.values()].map((chat) => chat.close()));
    },
  };
};
