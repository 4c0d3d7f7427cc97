import { defaultKnobs } from '../knobs';
import { answer } from './answer';
import { firstJsonObject, itemsOf, taskOf } from './item';

const asked = (system: string, user: string, more: { schema?: object; errorRate?: number; format?: 'text' } = {}) =>
  answer({
    request: {
      model: 'gpt-4o-mini',
      stream: false,
      includeUsage: false,
      includeCost: false,
      format: more.format ?? 'json',
      ...(more.schema ? { schema: more.schema as Record<string, unknown> } : {}),
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
    },
    modelNames: ['gpt-4o-mini'],
    knobs: { ...defaultKnobs, quality: { errorRate: { 'gpt-4o-mini': more.errorRate ?? 0 } } },
  });

const REVIEW = 'Task: review.sentiment@1\nLabel the review.';
const review = (text: string, more: object = {}) => `Input:\n${JSON.stringify({ text, ...more })}`;
const json = (text: string) => JSON.parse(text) as unknown;

test('the task is read from the system prompt, the input from the first JSON of the user message', () => {
  expect(taskOf([{ role: 'system', content: REVIEW }])).toBe('review.sentiment');
  expect(taskOf([{ role: 'user', content: REVIEW }])).toBeUndefined();
  expect(firstJsonObject('see {this} and {"a":{"b":"}"}} too')).toEqual({ a: { b: '}' } });
  expect(itemsOf('Input:\n{"text":"x"}')).toEqual([{ input: { text: 'x' }, raw: '{"text":"x"}' }]);
});

test('a review answers with label and score, and with the rest when detail is asked', () => {
  expect(json(asked(REVIEW, review('I love it')).text)).toEqual({ sentiment: 'positive', score: expect.any(Number) });
  expect(json(asked(REVIEW, review('The strap broke', { detail: true })).text)).toEqual({
    sentiment: 'negative',
    score: expect.any(Number),
    topics: ['strap'],
    issues: ['The strap broke'],
    summary: 'The strap broke',
  });
  expect(json(asked(REVIEW, 'I hate it').text)).toMatchObject({ sentiment: 'negative' });
});

test('the error rate decides item by item, and always the same items', () => {
  const labels = (errorRate: number) =>
    Array.from({ length: 400 }, (_, i) => asked(REVIEW, review(`I love number ${i}`), { errorRate }).text);
  const wrong = labels(0.1).filter((text) => text.includes('negative')).length;
  expect(wrong).toBeGreaterThan(20);
  expect(wrong).toBeLessThan(65);
  expect(labels(0.1)).toEqual(labels(0.1));
  expect(labels(1).every((text) => text.includes('negative'))).toBe(true);
});

const pack = '<item id=1>{"text":"I love it"}</item>\n<item id=2>{"text":"It broke"}</item>';

test('a pack is answered item by item, under the ids it came with', () => {
  const label = {
    type: 'object',
    properties: { id: { type: 'integer' }, sentiment: { type: 'string' } },
    required: ['id', 'sentiment'],
  };
  const schema = { type: 'object', properties: { answers: { type: 'array', items: label } }, required: ['answers'] };
  const answers = [
    { id: 1, sentiment: 'positive' },
    { id: 2, sentiment: 'negative' },
  ];
  expect(json(asked(REVIEW, pack, { schema }).text)).toEqual({ answers });
  expect(json(asked(REVIEW, pack).text)).toMatchObject(answers);
  expect(asked(`${REVIEW}\nAnswer: lines`, pack).text).toMatch(/^1 positive 0\.\d+\n2 negative -0\.\d+$/);
});

test('other tasks get an instance of their schema, or a short text', () => {
  const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] };
  const { task, text } = asked('Task: listing.optimise@2', 'Input:\n{"title":"Solid oak table with drawer"}', {
    schema,
  });
  expect(task).toBe('listing.optimise');
  expect('Solid oak table with drawer').toContain((json(text) as { title: string }).title);
  const free = asked('Be kind.', 'How tall is a giraffe?', { format: 'text' });
  expect(free.task).toBeNull();
  expect(free.text.split(' ').length).toBeGreaterThanOrEqual(12);
  expect(asked('Be kind.', 'How tall is a giraffe?', { format: 'text' })).toEqual(free);
});
