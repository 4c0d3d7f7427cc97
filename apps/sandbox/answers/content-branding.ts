import { hash32, pick } from '../chance';
import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, textAt, textsAt } from './material';

const heads = ['Ala', 'Bor', 'Cal', 'Dun', 'Elo', 'Fen', 'Hal', 'Iva', 'Lum', 'Mar', 'Nor', 'Ori', 'Sel', 'Tav', 'Vel'];
const tails = ['do', 'en', 'ia', 'is', 'ka', 'len', 'mo', 'na', 'ra', 'ro', 'sa', 'th', 'va'];
const colours = [
  { name: 'Deep lake', hex: '#1f6f8b' },
  { name: 'Warm sand', hex: '#e7d3b1' },
  { name: 'Night', hex: '#1b2430' },
  { name: 'Moss', hex: '#6b8f5a' },
  { name: 'Brick', hex: '#b4553d' },
  { name: 'Chalk', hex: '#f6f4ef' },
];
const taglines = ['Made to be kept.', 'Less, and better.', 'For every day.', 'Simply there.'];
const tones = ['Plain and warm; short sentences, no slogans.', 'Calm, and sure of itself.'];
const stories = [
  'It began with a thing that broke too soon.',
  'We asked what it would take to make one that lasts, and built it with people who know how.',
  'It is here for you, day after day.',
];

const words = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

function namesFor(item: Item, isFree: (text: string) => boolean): string[] {
  const names = new Set<string>();
  for (let n = 0; names.size < 5 && n < 200; n += 1) {
    const name = `${pick(heads, item.raw, 'head', n)}${pick(tails, item.raw, 'tail', n)}`;
    if (isFree(name)) names.add(name);
  }
  return [...names];
}

function spoil(
  right: { names: string[]; tagline: string },
  item: Item,
  avoid: readonly string[],
  query: string,
): object {
  const kinds = ['double', 'hex', 'missing', ...(avoid.length > 0 ? ['avoid'] : [])];
  if (isPlainlyEnglish(query)) kinds.push('language');
  switch (mistakeFor(item, kinds)) {
    case 'avoid':
      return { ...right, tagline: clip(`The ${avoid[0]} choice`, 120) };
    case 'hex':
      return {
        ...right,
        palette: [
          { name: 'Deep lake', hex: '#12GG45' },
          { name: 'Warm sand', hex: 'sand' },
        ],
      };
    case 'missing':
      return { ...right, story: '' };
    case 'language':
      return { ...right, tone: inGerman, story: inGerman };
    default:
      return { ...right, names: right.names.map(() => right.names[0]) };
  }
}

export function contentBranding(item: Item, isWrong: boolean): Record<string, unknown> {
  const query = textAt(item, 'query');
  const avoid = textsAt(item, 'avoid').filter((word) => /[\p{L}\p{N}]/u.test(word));
  const isFree = (text: string): boolean => !avoid.some((word) => words(text).includes(words(word)));
  const names = namesFor(item, isFree);
  const own = readsEnglish(query) ? stories : [clip(query, 1_400)];
  const start = hash32(item.raw, 'colours') % 3;
  const right = {
    names,
    tagline: taglines.find(isFree) ?? names[0] ?? '',
    tone: (readsEnglish(query) ? pick(tones, item.raw) : clip(query, 280)) || 'Plain.',
    story: own.filter(isFree).join(' ') || `${names[0]}.`,
    palette: colours.slice(start, start + 4),
  };
  return (isWrong ? spoil(right, item, avoid, query) : right) as Record<string, unknown>;
}
