import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, sentencesOf, strangeNumber, textAt } from './material';

const standard = { title: 80, bullets: 5, bullet: 200, description: 1_000, keywords: 10 };
const longestTitle = 500;

const keywordsOf = (text: string, most: number): string[] => {
  const words = text.toLowerCase().match(/\p{L}[\p{L}-]{3,}/gu) ?? text.match(/\p{L}+/gu) ?? [];
  return [...new Set(words.map((word) => clip(word, 80)))].slice(0, most);
};

function spoil(right: Record<string, unknown>, item: Item, text: string, mostTitle: number): Record<string, unknown> {
  const kinds = ['number', 'brand', 'missing', ...(mostTitle < longestTitle ? ['length'] : [])];
  if (isPlainlyEnglish(text)) kinds.push('language');
  switch (mistakeFor(item, kinds)) {
    case 'length':
      return { ...right, title: `${String(right['title'])} – top quality`.repeat(30).slice(0, mostTitle + 1) };
    case 'brand':
      return { ...right, bullets: ['Works with every NovaCore lid'] };
    case 'missing':
      return { ...right, description: '' };
    case 'language':
      return { ...right, bullets: [inGerman], description: `${inGerman} ${inGerman}` };
    default:
      return { ...right, bullets: [`Comes with a ${strangeNumber(text, item)} month warranty`] };
  }
}

export function listingOptimise(item: Item, isWrong: boolean): Record<string, unknown> {
  const most = { ...standard, ...(item.input?.['limits'] as Partial<typeof standard> | undefined) };
  const title = textAt(item, 'title');
  const sentences = sentencesOf(textAt(item, 'description'));
  const text = [title, ...sentences].join('\n');
  const bullets = (sentences.length > 0 ? sentences : [title]).slice(0, most.bullets);
  const right = {
    title: clip(title, most.title),
    bullets: bullets.map((bullet) => clip(bullet.replace(/[.。]$/, ''), most.bullet)),
    description: clip([title.replace(/[.。]?$/, '.'), ...sentences].join(' '), most.description),
    keywords: keywordsOf(text, most.keywords),
  };
  return isWrong ? spoil(right, item, text, most.title) : right;
}
