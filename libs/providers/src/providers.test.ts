import { aRung } from '@winnow/testing';
import { createProviders } from './providers';

test('a provider that is not configured is unavailable, and free', async () => {
  const providers = createProviders([], 1_000);
  const call = {
    attempt: 'a',
    rung: aRung('openai/gpt-4o-mini', 'ultra', '0.15', '0.60'),
    messages: [],
    schema: { name: 'x', body: {} },
    maxTokens: 1,
    temperature: 0,
  };
  await expect(providers.complete(call)).rejects.toMatchObject({ fault: { kind: 'unavailable', billed: 'no' } });
  await providers.close();
});
