import type { Item } from './item';
import { madeUpLink } from './market-research';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, strangeNumber, textAt } from './material';
import { findingsIn } from './research';

const trends = ['Buyers compare more before they buy.', 'Repair and spare parts count for more than they used to.'];
const openings = ['Offer a spare part for what breaks first.', 'Say plainly what the product cannot do.'];
const groups = [
  { name: 'Everyday buyers', need: 'Something that lasts and is easy to use.' },
  { name: 'Gift buyers', need: 'Something that looks good and arrives in time.' },
];

function spoil(right: object, item: Item, query: string, text: string): object {
  const kinds = ['figure', 'link', 'missing', 'rival', ...(isPlainlyEnglish(query) ? ['language'] : [])];
  switch (mistakeFor(item, kinds)) {
    case 'link':
      return { ...right, trends: [`More buyers shop on their phones (${madeUpLink})`] };
    case 'missing':
      return { ...right, openings: [] };
    case 'rival':
      return { ...right, competitors: [{ name: 'Novarra Group', position: 'Market leader' }] };
    case 'language':
      return { ...right, trends: [inGerman], openings: [inGerman] };
    default:
      return { ...right, segments: [{ ...groups[0], size: `${strangeNumber(text, item)}% of all buyers` }] };
  }
}

export function contentMarketResearch(item: Item, isWrong: boolean): Record<string, unknown> {
  const query = textAt(item, 'query');
  const segment = textAt(item, 'segment');
  const found = findingsIn(item);
  const isEnglish = readsEnglish(query);
  const own = isEnglish ? groups : [{ name: clip(segment || query, 110), need: clip(query, 380) }];
  const share = /\d+(?:[.,]\d+)?\s?%/.exec(found.sentences.join('\n'))?.[0];
  const right = {
    segments: own.map((group, n) => ({ ...group, size: n === 0 ? (share ?? 'unknown') : 'unknown' })),
    trends: isEnglish
      ? [...found.sentences.slice(0, 2).map((sentence) => clip(sentence, 380)), ...trends]
      : [clip(found.sentences[0] ?? query, 380)],
    competitors:
      found.rivals.length === 0
        ? [{ name: 'unknown', position: 'unknown' }]
        : found.rivals.map(({ name, sentence }) => ({ name, position: sentence })),
    openings: isEnglish ? openings : [clip(query, 380)],
  };
  const text = [query, segment, textAt(item, 'region'), ...found.sentences].join('\n');
  return (isWrong ? spoil(right, item, query, text) : right) as Record<string, unknown>;
}
