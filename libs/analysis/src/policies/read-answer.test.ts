import { reviewSentiment } from '../tasks/review-sentiment/review-sentiment';
import { readAnswer } from './read-answer';

const good = { sentiment: 'mixed', score: 0.1 };
const read = (text: string, finish = 'stop') => readAnswer(reviewSentiment, text, finish);

test.each([
  ['the schema is met', JSON.stringify(good), good],
  ['white space round it', ` \n${JSON.stringify(good)}\n`, good],
  [
    'more, as far as the schema knows it',
    '{"sentiment":"mixed","score":0,"topics":["battery"]}',
    { sentiment: 'mixed', score: 0, topics: ['battery'] },
  ],
])('%s', (_name, text, output) => expect(read(text)).toEqual({ ok: true, output }));

test.each([
  ['empty', '', 'the answer is not JSON'],
  ['prose', 'The review is mixed.', 'the answer is not JSON'],
  ['JSON in a fence is not repaired', '```json\n{}\n```', 'the answer is not JSON'],
  ['cut short', '{"sentiment":"mixed","sco', 'the answer is not JSON'],
  ['a wrong label', '{"sentiment":"happy","score":1}', /^the answer breaks its schema at \/sentiment: /],
  ['a score out of bounds', '{"sentiment":"positive","score":1.5}', /^the answer breaks its schema at \/score: /],
  ['null', 'null', /^the answer breaks its schema at \/: /],
  ['a list', '[]', /^the answer breaks its schema at \/: /],
  ['deep inside', '{"sentiment":"mixed","score":0,"topics":["a",2]}', /^the answer breaks its schema at \/topics\/1: /],
  ['a member too many', '{"sentiment":"mixed","score":0,"mood":"x"}', /Unrecognized key: "mood"/],
  [
    'U+0000, which the database refuses',
    '{"sentiment":"mixed","score":0,"summary":"a\\u0000b"}',
    /cannot be kept: .*U\+0000/,
  ],
  ['half a character, escaped', '{"sentiment":"mixed","score":0,"summary":"\\ud83d"}', /cannot be kept: .*surrogate/],
  ['half a character, as it is', '{"sentiment":"mixed","score":0,"summary":"\ud83d"}', /cannot be kept: .*surrogate/],
  ['a key of the prototype', '{"sentiment":"mixed","score":0,"__proto__":{}}', /cannot be kept: .*__proto__/],
  ['nested without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /cannot be kept: nested/],
  ['over a mebibyte', `"${'x'.repeat(1_048_576)}"`, 'the answer is over 1 MiB'],
])('%s is asked for again', (_name, text, why) => {
  const reading = read(text);
  expect(reading.ok).toBe(false);
  if (!reading.ok) expect(reading.why).toMatch(why);
});

test('an answer that was cut off is none, even where it happens to be JSON', () =>
  expect(read(JSON.stringify(good), 'length')).toEqual({ ok: false, why: 'the answer was cut off at max_tokens' }));
