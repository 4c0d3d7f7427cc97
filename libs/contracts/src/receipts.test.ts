import { receiptAttempt, savingsLines, savingsOut } from './receipts';

const nothing = Object.fromEntries(savingsLines.map((line) => [line, '0.000000000']));

test('a receipt has all ten lines, and no other', () => {
  expect(savingsLines).toHaveLength(10);
  expect(savingsOut.safeParse(nothing).success).toBe(true);
  expect(savingsOut.safeParse({ ...nothing, luck: '1.000000000' }).success).toBe(false);
  const { audit: _, ...nine } = nothing;
  expect(savingsOut.safeParse(nine).success).toBe(false);
});

test.each(['0.1', '1', 0.1, '1e-9', '$0.100000000'])('money goes out as nine decimals: not as %j', (cached) =>
  expect(savingsOut.safeParse({ ...nothing, cached }).success).toBe(false),
);

test('an attempt of another state than a hold can have is none', () =>
  expect(receiptAttempt.shape.state.options).toEqual(['held', 'settled', 'released', 'unknown']));
