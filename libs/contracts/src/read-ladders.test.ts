import { readLadders } from './read-ladders';

test('ladders by task, and one for all others', () => {
  const read = readLadders(
    ' *=groq/llama-3.1-8b-instant > anthropic/claude-3-haiku>openai/gpt-4o-mini; review.sentiment=openrouter/openai/gpt-4o; ',
  );
  expect(read).toEqual({
    ladders: new Map([
      [
        '*',
        [
          { provider: 'groq', model: 'llama-3.1-8b-instant' },
          { provider: 'anthropic', model: 'claude-3-haiku' },
          { provider: 'openai', model: 'gpt-4o-mini' },
        ],
      ],
      ['review.sentiment', [{ provider: 'openrouter', model: 'openai/gpt-4o' }]],
    ]),
  });
});

test('nothing is no ladder', () => expect(readLadders('')).toEqual({ ladders: new Map() }));

test.each([
  ['groq/llama', 'TASK='],
  ['*=', '"" is no provider/model'],
  ['*=acme/llama', '"acme/llama" is no provider/model; providers are openai'],
  ['*=openai', '"openai" is no provider/model'],
  ['*=openai/a>openai/a', 'a rung stands there twice'],
  ['*=openai/a;*=openai/b', '* has two ladders'],
  ['*=openai/a>openai/b>openai/c>openai/d>openai/e>openai/f', 'at most 5 rungs'],
  ['Review=openai/a', 'TASK='],
  ['*=openai/a=openai/b', 'TASK='],
])('%s is refused', (text, why) => expect((readLadders(text) as { fault: string }).fault).toContain(why));
