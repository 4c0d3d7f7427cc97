import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, round, textAt } from './material';

type Part = readonly [name: string, percent: number, role: string];

const recipes: readonly (readonly [RegExp, readonly Part[]])[] = [
  [
    /\b(cream|lotion|skin|balm|serum|moisturi[sz]er)\b/i,
    [
      ['Water', 68, 'base'],
      ['Glycerin', 8, 'keeps moisture'],
      ['Shea butter', 8, 'softens'],
      ['Almond oil', 8, 'softens'],
      ['Cetyl alcohol', 5, 'thickens'],
      ['Panthenol', 2, 'soothes'],
      ['Phenoxyethanol', 1, 'keeps'],
    ],
  ],
  [
    /\b(drink|juice|soda|tea|coffee|smoothie|beverage)\b/i,
    [
      ['Water', 84, 'base'],
      ['Apple juice', 10, 'flavour'],
      ['Cane sugar', 5, 'sweetens'],
      ['Citric acid', 0.6, 'freshens'],
      ['Ginger extract', 0.4, 'flavour'],
    ],
  ],
  [
    /\b(clean|cleaner|detergent|soap|wash|shampoo)\b/i,
    [
      ['Water', 82, 'base'],
      ['Coco glucoside', 10, 'cleans'],
      ['Glycerin', 5, 'mild to hands'],
      ['Citric acid', 2, 'sets the pH'],
      ['Sodium benzoate', 1, 'keeps'],
    ],
  ],
];
const plainRecipe: readonly Part[] = [
  ['Water', 75, 'base'],
  ['Glycerin', 15, 'binds'],
  ['Xanthan gum', 6, 'thickens'],
  ['Citric acid', 4, 'sets the pH'],
];
const steps = [
  'Weigh all parts.',
  'Warm the water and stir in the rest, the largest first.',
  'Let it cool and fill it into clean jars.',
];
const cautions = ['Test a small amount first.', 'Keep it away from children and out of the eyes.'];

/** Words that the requirements rule out, in lower case. */
const ruledOut = (requirements: string): string[] =>
  [
    ...requirements
      .toLowerCase()
      .matchAll(/\b(?:no|without|avoid|free of|free from|excluding|exclude) ([\p{L}]+)|([\p{L}]+)[- ]free\b/gu),
  ].map(([, after, before]) => after ?? before ?? '');

function partsOf(query: string, requirements: string): { name: string; percent: number; role: string }[] {
  const recipe = recipes.find(([words]) => words.test(query))?.[1] ?? plainRecipe;
  const out = ruledOut(requirements);
  const left = recipe.filter(([name]) => !out.some((word) => word !== '' && name.toLowerCase().includes(word)));
  const parts = left.length > 0 ? left : ([['Base of choice', 100, 'base']] as const);
  const sum = parts.reduce((total, [, percent]) => total + percent, 0);
  const scaled = parts.map(([name, percent, role]) => ({ name, percent: round((percent / sum) * 100, 1), role }));
  const rest = scaled.slice(1).reduce((total, { percent }) => total + percent, 0);
  return scaled.map((part, n) => (n === 0 ? { ...part, percent: round(100 - rest, 1) } : part));
}

function spoil(
  right: { ingredients: { name: string; percent: number; role: string }[] },
  item: Item,
  query: string,
): object {
  const [first, ...rest] = right.ingredients;
  switch (mistakeFor(item, ['sum', 'range', 'banned', 'missing', ...(isPlainlyEnglish(query) ? ['language'] : [])])) {
    case 'banned':
      return { ...right, ingredients: [{ ...first, name: 'Lead acetate' }, ...rest] };
    case 'range':
      return { ...right, ingredients: [...right.ingredients, { name: 'Mica', percent: 0, role: 'shine' }] };
    case 'missing':
      return { ...right, cautions: [] };
    case 'language':
      return { ...right, steps: [inGerman, inGerman], cautions: [inGerman] };
    default:
      return { ...right, ingredients: [{ ...first, percent: round((first?.percent ?? 0) * 0.9, 1) }, ...rest] };
  }
}

export function contentFormulation(item: Item, isWrong: boolean): Record<string, unknown> {
  const query = textAt(item, 'query');
  const right = {
    ingredients: partsOf(query, textAt(item, 'requirements')),
    steps: readsEnglish(query) ? steps : [clip(query, 480)],
    cautions: readsEnglish(query) ? cautions : [clip(query, 380)],
  };
  return (isWrong ? spoil(right, item, query) : right) as Record<string, unknown>;
}
