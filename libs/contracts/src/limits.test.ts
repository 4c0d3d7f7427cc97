import { gatePolicy, limitsText } from './limits';

test.each<[string, object | RegExp]>([
  ['requestsPerSecond=10', { requestsPerSecond: 10 }],
  [
    ' requestsPerMinute=500 , tokensPerMinute=200000, concurrent=5 ',
    { requestsPerMinute: 500, tokensPerMinute: 200_000, concurrent: 5 },
  ],
  ['10', /knows requestsPerSecond, requestsPerMinute, tokensPerMinute, concurrent, such as/],
  ['rps=10', /knows requestsPerSecond/],
  ['concurrent', /concurrent takes a number from 1 to 10000/],
  ['concurrent=0', /concurrent takes a number from 1/],
  ['concurrent=1.5', /concurrent takes a number from 1/],
  ['concurrent=1e3', /concurrent takes a number from 1/],
  ['concurrent=5,concurrent=6', /names a limit twice/],
  ['requestsPerSecond=1,requestsPerMinute=60', /by the second or by the minute, not both/],
  ['concurrent=5,', /knows/],
  ['__proto__=5', /knows/],
])('%s', (text, expected) => {
  const read = limitsText.safeParse(text);
  if (expected instanceof RegExp) {
    expect(read.error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(expected)]);
  } else expect(read.data).toEqual(expected);
});

const breaker = { fails: 5, openMs: 60_000, oks: 2 };

test('what the gate makes of them', () => {
  expect(gatePolicy(breaker, {}, 30_000)).toEqual({ fails: 5, openUs: 60_000_000, oks: 2, leaseUs: 45_000_000 });
  expect(gatePolicy(breaker, { requestsPerSecond: 10, tokensPerMinute: 60_000, concurrent: 5 }, 30_000)).toMatchObject({
    requests: { intervalUs: 120_000, burst: 1 },
    tokens: { intervalUs: 1_112, burst: 6_000 },
    concurrent: 5,
  });
  expect(gatePolicy(breaker, { requestsPerMinute: 60 }, 30_000).requests).toEqual({ intervalUs: 1_200_000, burst: 1 });
});

test.each([1, 7, 60, 1_000, 90_000])('%i tokens a minute: burst and rate together are no more', (tokensPerMinute) => {
  const { tokens } = gatePolicy(breaker, { tokensPerMinute }, 30_000);
  const ofAMinute = (tokens?.burst ?? 0) + 60_000_000 / (tokens?.intervalUs ?? 1);
  expect(ofAMinute).toBeLessThanOrEqual(Math.max(2, tokensPerMinute));
});
