import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, round, textAt, textsAt } from './material';

const markup = 1.6;
const leastMarkup = 1.15;

const middle = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function spoil(right: { price: number; margin: number }, item: Item, cost: number): object {
  const kinds = [
    'margin',
    'range',
    'number',
    'missing',
    ...(isPlainlyEnglish(textAt(item, 'product')) ? ['language'] : []),
  ];
  switch (mistakeFor(item, kinds)) {
    case 'margin': {
      // The usual mix-up: a share of the cost in place of a share of the price.
      const ofCost = cost > 0 ? round((right.price - cost) / cost, 4) : 0;
      return { ...right, margin: Math.abs(ofCost - right.margin) > 0.02 && ofCost <= 1 ? ofCost : right.margin - 0.2 };
    }
    case 'range':
      return { ...right, low: right.price + 1, high: right.price + 2 };
    case 'missing':
      return { ...right, reasons: [''] };
    case 'language':
      return { ...right, reasons: [inGerman] };
    default:
      return { ...right, reasons: ['A survey of 24317 buyers says so.'] };
  }
}

export function pricingSuggest(item: Item, isWrong: boolean): Record<string, unknown> {
  const product = textAt(item, 'product');
  const said = textAt(item, 'cost');
  const cost = Number(said) || 0;
  const others = textsAt(item, 'competitorPrices').map(Number).filter(Number.isFinite);
  const price = Math.max(0.01, round(Math.max(cost * leastMarkup, middle(others) ?? cost * markup), 2));
  const right = {
    price,
    low: round(
      Math.min(price, Math.max(cost * 1.05, ...(others.length > 0 ? [Math.min(...others)] : [price * 0.9]))),
      2,
    ),
    high: round(Math.max(price * 1.1, ...others), 2),
    margin: round((price - cost) / price, 4),
    reasons: readsEnglish(product)
      ? [
          `It covers the cost of ${said} and leaves room for returns.`,
          others.length > 0 ? 'It lies where most of the others are.' : 'Nothing is known about what others ask.',
        ]
      : [clip(product, 280)],
  };
  return (isWrong ? spoil(right, item, cost) : right) as Record<string, unknown>;
}
