/** What can be counted in a text without understanding it. Both the cold start and the learned router stand on these. */
export interface TextFacts {
  readonly chars: number;
  readonly tokens: number;
  readonly words: readonly string[];
  readonly digits: number;
  readonly numbers: number;
  readonly techTerms: number;
  readonly specUnits: number;
  readonly comparisons: number;
  readonly conditionals: number;
  readonly negations: number;
  readonly contrasts: number;
  readonly quantifiers: number;
  readonly questions: number;
  readonly sentences: number;
  readonly lines: number;
  readonly symbols: number;
  readonly capitals: number;
  readonly distinct: number;
  readonly longest: number;
}

const longestRead = 32_000;
const charsPerToken = 4;

const list = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const technical = list(
  'algorithm api architecture bandwidth battery bluetooth cache chipset circuit compiler compression cpu database ' +
    'dimension driver encryption engine equation firmware formula frequency function gpu hardware impedance integral ' +
    'interface kernel latency lens matrix memory metric module molecule motor network parameter pixel polymer probability ' +
    'processor protocol regression resolution sensor server software specification sql statistical storage syntax ' +
    'theorem thermal throughput torque transistor variable vector voltage warranty wavelength wireless',
);
const units = list(
  'mm cm m km in inch inches ft g kg mg lb lbs oz ml l w kw kwh v mv a ma mah hz khz mhz ghz kb mb gb tb mbps gbps dpi ' +
    'rpm psi bar db lumen lumens k °c °f % px fps nm um',
);
const comparing = list(
  'than versus vs better worse more less fewer compared comparison cheaper faster slower bigger smaller',
);
const conditional = list('if unless when whether assuming suppose provided otherwise would could should might depends');
const negating = list(
  "no not never none nobody nothing neither nor without cannot can't don't doesn't didn't isn't wasn't won't wouldn't aren't",
);
const contrasting = list('but however although though yet despite whereas nevertheless except instead while');
const quantifying = list('all each every any some most half twice double both per total many few average');

const wordPattern = /[\p{L}\p{M}]+(?:['’][\p{L}]+)*|\p{N}+(?:[.,]\p{N}+)*|[%°][cCfF]?/gu;
const withDigits = /^(?=.*\d)(?=.*\p{L})[\p{L}\d-]{3,}$/u;
const acronym = /^\p{Lu}{2,6}$/u;

const countOf = (words: readonly string[], set: ReadonlySet<string>): number =>
  words.reduce((sum, word) => sum + (set.has(word) ? 1 : 0), 0);
const matches = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const unitsAfterNumbers = (words: readonly string[]): number =>
  words.reduce((sum, word, i) => sum + (i > 0 && units.has(word) && /^\p{N}/u.test(words[i - 1] ?? '') ? 1 : 0), 0);

/** Terms, acronyms and model codes; "XR-500" is one of them, not two. */
const technicalOf = (words: readonly string[], text: string): number =>
  countOf(words, technical) +
  text.split(/[\s,;:()!?"]+/).filter((part) => withDigits.test(part) || acronym.test(part)).length;

/** Reads at most 32,000 characters. `tokens`: the exact count where somebody has it already. */
export const factsOf = (whole: string, tokens?: number): TextFacts => {
  const text = whole.slice(0, longestRead);
  const raw = text.match(wordPattern) ?? [];
  const words = raw.map((word) => word.toLowerCase().replaceAll('’', "'"));
  return {
    chars: text.length,
    tokens: tokens ?? Math.ceil(whole.length / charsPerToken),
    words,
    digits: matches(text, /\p{N}/gu),
    numbers: words.filter((word) => /^\p{N}/u.test(word)).length,
    techTerms: technicalOf(words, text),
    specUnits: unitsAfterNumbers(words),
    comparisons: countOf(words, comparing),
    conditionals: countOf(words, conditional),
    negations: countOf(words, negating),
    contrasts: countOf(words, contrasting),
    quantifiers: countOf(words, quantifying),
    questions: matches(text, /\?/g),
    sentences: Math.max(1, matches(text, /[.!?]+(?=\s|$)/g)),
    lines: Math.max(1, matches(text, /\n\s*\S/g) + 1),
    symbols: matches(text, /[=<>^*/+\\|{}[\]$€£~_#@&]/g),
    capitals: raw.filter((word) => /^\p{Lu}/u.test(word)).length,
    distinct: new Set(words).size,
    longest: words.reduce((most, word) => Math.max(most, word.length), 0),
  };
};
