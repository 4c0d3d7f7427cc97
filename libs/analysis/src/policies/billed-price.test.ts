import { aRung } from '@winnow/testing';
import { billedPrice } from './billed-price';

const rung = aRung('openai/mini', 'ultra', '0.15', '0.60');
const priority = { ...rung.price, id: 'openai/mini@2026-01-01+priority', serviceTier: 'priority', input: 250_000_000n };
const both = { ...rung, others: [priority] };

test.each([
  ['nothing is stated', both, undefined, rung.price],
  ['what was asked for', both, 'default', rung.price],
  ['another tier than was asked for', both, 'priority', priority],
  ['one that has no price', both, 'scale', rung.price],
  ['one that has no price here', rung, 'priority', rung.price],
])('%s', (_name, asked, stated, expected) => expect(billedPrice(asked, stated)).toBe(expected));
