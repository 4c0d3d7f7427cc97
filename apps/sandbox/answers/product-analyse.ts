import type { Item } from './item';

const CATEGORIES: readonly (readonly [string, RegExp])[] = [
  [
    'Electronics',
    /\b(bluetooth|wireless|usb|charger|headphones?|earbuds?|speaker|camera|laptop|phone|tablet|monitor|tv|hdmi|led|battery|smartwatch|keyboard|mouse)\b/i,
  ],
  ['Baby', /\b(baby|infant|toddler|diapers?|stroller|pacifier|nursery)\b/i],
  ['Pet Supplies', /\b(dogs?|cats?|pets?|puppy|kitten|leash|litter|aquarium)\b/i],
  ['Toys & Games', /\b(toys?|puzzle|lego|dolls?|board game|playset|plush)\b/i],
  ['Beauty', /\b(serum|moisturi[sz]er|shampoo|conditioner|lipstick|mascara|skincare|perfume|lotion|cream)\b/i],
  ['Health', /\b(vitamins?|supplements?|protein|capsules?|thermometer|first aid|probiotic|collagen)\b/i],
  ['Sports & Outdoors', /\b(yoga|fitness|dumbbells?|bike|bicycle|camping|tent|hiking|running|gym|fishing|ball)\b/i],
  [
    'Fashion',
    /\b(shirt|t-shirt|dress|jeans|jacket|shoes?|sneakers?|boots?|socks|hat|handbag|necklace|ring|coat|hoodie)\b/i,
  ],
  ['Food & Beverage', /\b(coffee|tea|chocolate|snacks?|sauce|cereal|organic food|juice|honey|pasta|spices?)\b/i],
  [
    'Home & Kitchen',
    /\b(kitchen|pan|pot|knife|mug|bottle|pillow|blanket|lamp|rug|towels?|vacuum|blender|sheets|curtains?|cookware)\b/i,
  ],
  ['Garden', /\b(garden|plants?|seeds?|hose|lawn|planter|soil|pruning)\b/i],
  ['Tools', /\b(drill|screwdriver|hammer|wrench|saw|toolbox|tape measure|pliers)\b/i],
  ['Automotive', /\b(car|tires?|motor oil|windshield|dash cam|automotive|truck|motorcycle)\b/i],
  ['Office', /\b(desk|chair|notebook|pens?|pencils?|stapler|planner|printer|paper)\b/i],
  ['Books', /\b(book|paperback|hardcover|novel|edition|cookbook)\b/i],
];

const OTHER = 'Other';

const STRENGTH =
  /\b(?:noise[- ]cancell?ing|water(?:proof|[- ]resistant)|rechargeable|adjustable|stainless steel|organic|handmade|portable|lightweight|durable|wireless|foldable|non[- ]?stick|dishwasher[- ]safe|bpa[- ]free|breathable|ergonomic|long[- ]lasting|fast charging|easy to (?:clean|use|install)|machine washable|cruelty[- ]free|vegan|premium|soft|compact|heavy duty|scratch[- ]resistant|eco[- ]friendly|lifetime warranty|\d+[- ](?:hours?|year)(?: (?:battery(?: life)?|warranty))?)\b/gi;

const MAX_STRENGTHS = 4;
const FULL_DESCRIPTION_CHARS = 120;

const asText = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function asPrice(value: unknown): number | undefined {
  const amount = typeof value === 'string' ? Number(value.replace(/[^\d.]/g, '') || 'x') : value;
  return typeof amount === 'number' && Number.isFinite(amount) && amount > 0 ? amount : undefined;
}

export const PRICE_BANDS = ['budget', 'mid', 'premium', 'unknown'] as const;
type PriceBand = (typeof PRICE_BANDS)[number];

function bandOf(price: number | undefined): PriceBand {
  if (price === undefined) return 'unknown';
  if (price < 25) return 'budget';
  return price < 100 ? 'mid' : 'premium';
}

const isFilled = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : asText(value) !== '');

const wrongBand: Record<PriceBand, PriceBand> = { budget: 'mid', mid: 'premium', premium: 'mid', unknown: 'budget' };

export function productAnalyse({ input, raw }: Item, isWrong: boolean): Record<string, unknown> {
  const title = asText(input?.['title']) || (input ? '' : raw);
  const description = asText(input?.['description']);
  const price = asPrice(input?.['price']);
  const hasBrand = isFilled(input?.['brand']);
  const hasImages = isFilled(input?.['images']);
  const text = `${title}\n${description}`;
  const completeness =
    (title === '' ? 0 : title.length >= 15 ? 0.25 : 0.15) +
    0.35 * Math.min(1, description.length / FULL_DESCRIPTION_CHARS) +
    (price === undefined ? 0 : 0.15) +
    (hasBrand ? 0.15 : 0) +
    (hasImages ? 0.1 : 0);
  const gaps = { description: description !== '', price: price !== undefined, brand: hasBrand, images: hasImages };
  return {
    category: isWrong ? categoryOf(text, 1) : categoryOf(text),
    priceBand: isWrong ? wrongBand[bandOf(price)] : bandOf(price),
    completeness: Math.round(completeness * 100) / 100,
    gaps: Object.entries(gaps).flatMap(([name, isThere]) => (isThere ? [] : [name])),
    strengths: strengthsOf(text),
  };
}

/** The category whose words the text uses most; `off` names one further down the list, for a mistake. */
function categoryOf(text: string, off = 0): string {
  let best = -1;
  let most = 0;
  for (const [i, [, pattern]] of CATEGORIES.entries()) {
    const hits = text.match(new RegExp(pattern, 'gi'))?.length ?? 0;
    if (hits > most) [best, most] = [i, hits];
  }
  if (best === -1 && off === 0) return OTHER;
  return CATEGORIES[(best + off) % CATEGORIES.length]?.[0] ?? OTHER;
}

function strengthsOf(text: string): string[] {
  const seen = new Map<string, string>();
  for (const [phrase] of text.matchAll(STRENGTH)) {
    if (!seen.has(phrase.toLowerCase())) seen.set(phrase.toLowerCase(), phrase);
    if (seen.size === MAX_STRENGTHS) break;
  }
  return [...seen.values()];
}
