const unitSpellings: Readonly<Record<string, string>> = {
  '%': '% percent pct',
  ml: 'ml millilitre millilitres milliliter milliliters',
  cl: 'cl',
  l: 'l litre litres liter liters',
  mg: 'mg milligram milligrams',
  g: 'g gram grams',
  kg: 'kg kilo kilos kilogram kilograms',
  oz: 'oz ounce ounces',
  lb: 'lb lbs pound pounds',
  mm: 'mm millimetre millimetres millimeter millimeters',
  cm: 'cm centimetre centimetres centimeter centimeters',
  m: 'm metre metres meter meters',
  km: 'km kilometre kilometres kilometer kilometers',
  in: 'inch inches',
  ft: 'ft foot feet',
  w: 'w watt watts',
  v: 'v volt volts',
  mah: 'mah',
  wh: 'wh',
  hz: 'hz',
  mb: 'mb',
  gb: 'gb',
  tb: 'tb',
  s: 's sec second seconds',
  min: 'min mins minute minutes',
  h: 'h hr hrs hour hours',
  day: 'day days',
  week: 'week weeks',
  month: 'month months',
  year: 'year years',
  million: 'million mn',
  billion: 'billion bn',
  usd: '$ usd dollar dollars',
  eur: '€ eur euro euros',
  gbp: '£ gbp',
  jpy: '¥ jpy yen',
  '°c': '°c',
  '°f': '°f',
};
const units = new Map(
  Object.entries(unitSpellings).flatMap(([unit, spellings]) =>
    spellings.split(' ').map((spelling): [string, string] => [spelling, unit]),
  ),
);

export interface Figure {
  /** as it stands in the text */
  readonly text: string;
  /** what it may mean: 1.500 is one and a half, or fifteen hundred */
  readonly readings: readonly string[];
  readonly units: readonly string[];
}

/** Over the largest input there is: a figure that is not read is one that the answer seems to have made up. */
const longest = 300_000;
const mostFigures = 20_000;
const figure = /(?<![\p{L}\p{N}])\d+(?:[.,]\d+)*(?:[ -]?([%€£¥$]|°[CcFf]|\p{L}{1,12})(?![\p{L}\p{N}]))?/gu;
const currency = /([$€£¥]) ?$/;

const readingsOf = (digits: string): string[] => {
  if (/^\d+$/.test(digits)) return [String(Number(digits))];
  const readings = new Set<string>();
  for (const [thousands, point] of [
    [',', '.'],
    ['.', ','],
  ] as const) {
    const [whole = '', part, ...more] = digits.split(point);
    const groups = whole.split(thousands);
    const isGrouped = groups.length === 1 || groups.slice(1).every((group) => group.length === 3);
    if (more.length === 0 && isGrouped && !part?.includes(thousands))
      readings.add(String(Number(`${groups.join('')}.${part ?? '0'}`)));
  }
  // a date, a version: only itself
  return readings.size > 0 ? [...readings] : [digits];
};

/** The numbers of a text with their units; digits inside words and model codes such as A4 are none. */
export const figuresIn = (text: string): Figure[] => {
  const found: Figure[] = [];
  const read = text.slice(0, longest).normalize('NFKC');
  for (const match of read.matchAll(figure)) {
    const [whole, after] = match;
    const digits = /^[\d.,]*\d/.exec(whole)?.[0] ?? '';
    const before = currency.exec(read.slice(Math.max(0, match.index - 2), match.index));
    const spellings = [before?.[1], after?.toLowerCase()].flatMap((spelling) => units.get(spelling ?? '') ?? []);
    found.push({ text: `${before?.[0] ?? ''}${whole}`.trim(), readings: readingsOf(digits), units: spellings });
    if (found.length === mostFigures) break;
  }
  return found;
};
