/** Substances that no consumer product may be made with, whatever the region. A short list for the plainest cases; it replaces no safety review. */
const everywhere =
  'mercury, lead acetate, lead oxide, arsenic, asbestos, chloroform, methylene chloride, vinyl chloride, benzene, methanol, hexachlorophene, cadmium, thalidomide, ephedra, strychnine, cyanide';

/** By words of the region, in lower case. */
const inRegion: readonly (readonly [RegExp, string])[] = [
  [
    /\b(eu|europe|european union|germany|france|spain|italy|netherlands|poland|austria|belgium|sweden|ireland)\b/,
    'hydroquinone, formaldehyde, butylphenyl methylpropional, lilial, titanium dioxide e171, potassium bromate, azodicarbonamide, brominated vegetable oil',
  ],
  [
    /\b(us|usa|united states|california)\b/,
    'brominated vegetable oil, partially hydrogenated oil, cyclamate, red dye no 3',
  ],
  [
    /\b(uk|united kingdom|great britain|england)\b/,
    'hydroquinone, formaldehyde, butylphenyl methylpropional, potassium bromate',
  ],
];

const wishes =
  /\b(?:no|without|free of|free from|avoid|exclude|excluding) ([\p{L}\p{N} -]{2,40}?)(?=[,.;)]|$| and | or | but )/giu;
const freeOf = /\b([\p{L}]{3,30})[- ]free\b/giu;
const mostWishes = 40;

/** What a formulation must not contain: the lists, and what the requirements rule out. */
export const bannedSubstances = (requirements: string, region: string): string[] => {
  const where = region.toLowerCase();
  const lists = [everywhere, ...inRegion.filter(([words]) => words.test(where)).map(([, list]) => list)];
  const asked = [wishes, freeOf].flatMap((pattern) =>
    [...requirements.matchAll(pattern)].map(([, what = '']) => what.trim()),
  );
  return [...lists.flatMap((list) => list.split(', ')), ...asked.slice(0, mostWishes)];
};
