import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, strangeNumber, textAt } from './material';
import { findingsIn, type Findings } from './research';

const risks = [
  'Buyers may wait for lower prices before they buy.',
  'A known brand can copy what sells within a season.',
  'Freight and raw materials may get dearer.',
];

function levelOf({ figure, sentences }: Findings): string {
  const text = sentences.join(' ').toLowerCase();
  if (figure === undefined) return 'unknown';
  if (/\b(grew|grow|grows|rise|rising|rose|growth|increase[sd]?)\b/.test(text)) return 'high';
  return /\b(fell|fall|falls|decline[sd]?|shrinks?|drop(?:ped|s)?)\b/.test(text) ? 'low' : 'medium';
}

export const madeUpLink = 'https://market-insights.example/report-7781';
const noRival = { name: 'unknown', position: 'unknown', price: 'unknown' };

function spoil<Right extends object>(right: Right, item: Item, subject: string, text: string): object {
  const kinds = ['figure', 'link', 'missing', 'rival', ...(isPlainlyEnglish(subject) ? ['language'] : [])] as const;
  switch (mistakeFor<string>(item, kinds)) {
    case 'link':
      return { ...right, summary: `Demand is strong, see ${madeUpLink}` };
    case 'missing':
      return { ...right, risks: [] };
    case 'rival':
      return { ...right, competitors: [{ name: 'Novarra Group', position: 'Market leader', price: 'unknown' }] };
    case 'language':
      return { ...right, summary: inGerman, risks: [inGerman] };
    default: {
      const figure = `growth of ${strangeNumber(text, item)}.3% a year`;
      return { ...right, demand: { level: 'high', figure, why: figure } };
    }
  }
}

export function marketResearch(item: Item, isWrong: boolean): Record<string, unknown> {
  const [subject, region] = [textAt(item, 'subject'), textAt(item, 'region')];
  const found = findingsIn(item);
  const isEnglish = readsEnglish(subject);
  const quoted = found.sentences.slice(0, 3);
  const right = {
    demand: {
      level: levelOf(found),
      figure: found.figure ?? 'unknown',
      why: found.figure ?? (isEnglish ? 'The sources say nothing about it.' : 'unknown'),
    },
    competitors:
      found.rivals.length === 0
        ? [noRival]
        : found.rivals.map(({ name, sentence, price }) => ({ name, position: sentence, price })),
    summary: clip(
      isEnglish
        ? `${subject} in ${region}: ${quoted.join(' ') || 'no source was given, so little can be said.'}`
        : `${subject}, ${region}. ${quoted.join(' ')}`,
      1_900,
    ),
    risks: isEnglish ? risks : [clip(subject, 380)],
  };
  const text = [subject, region, ...found.sentences].join('\n');
  return (isWrong ? spoil(right, item, subject, text) : right) as Record<string, unknown>;
}
