import { PRICE_BANDS, productAnalyse } from './product-analyse';

const analyse = (input: Record<string, unknown>, isWrong = false) =>
  productAnalyse({ input, raw: JSON.stringify(input) }, isWrong);

test.each([
  [{ title: 'Wireless Bluetooth Headphones', price: 59 }, 'Electronics', 'mid'],
  [{ title: 'Stainless Steel Water Bottle', price: '$19.99' }, 'Home & Kitchen', 'budget'],
  [{ title: 'Dog leash, 2 m' }, 'Pet Supplies', 'unknown'],
  [{ title: 'Trail running shoes for hiking', price: 140 }, 'Sports & Outdoors', 'premium'],
  [{ title: 'Thing', price: 'ask' }, 'Other', 'unknown'],
])('%j', (input, category, priceBand) => {
  expect(analyse(input)).toMatchObject({ category, priceBand });
});

test('gaps name what is missing, and completeness grows as they close', () => {
  const bare = analyse({ title: 'Portable wireless speaker' });
  expect(bare['gaps']).toEqual(['description', 'price', 'brand', 'images']);
  const full = analyse({
    title: 'Portable wireless speaker',
    description: 'Waterproof, with 12-hour battery life. '.repeat(5),
    price: 40,
    brand: 'Acme',
    images: ['a.jpg'],
  });
  expect(full).toMatchObject({ gaps: [], completeness: 1 });
  expect(full['strengths']).toEqual(['Portable', 'wireless', 'Waterproof', '12-hour battery life']);
});

test('a mistake is another category and another band, both from the lists', () => {
  const input = { title: 'Wireless Bluetooth Headphones', price: 59 };
  const [right, wrong] = [analyse(input), analyse(input, true)];
  expect(wrong['category']).not.toBe(right['category']);
  expect(wrong['priceBand']).not.toBe(right['priceBand']);
  expect(PRICE_BANDS).toContain(wrong['priceBand']);
});
