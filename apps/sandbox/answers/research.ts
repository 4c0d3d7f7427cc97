import type { Item } from './item';
import { clip, recordsAt, sentencesOf } from './material';

export interface Rival {
  readonly name: string;
  readonly sentence: string;
  readonly price: string;
}

export interface Findings {
  readonly sentences: readonly string[];
  readonly titles: readonly string[];
  /** the sentence that has a figure; undefined when none has */
  readonly figure: string | undefined;
  readonly rivals: readonly Rival[];
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
const notNames = new Set(
  'January February March April May June July August September October November December Monday Tuesday The In At For And But Europe Germany France Spain Italy America'.split(
    ' ',
  ),
);
const price = /(?:[$€£]\s?\d+(?:[.,]\d+)?|\d+(?:[.,]\d+)?\s?(?:EUR|USD|GBP|€|\$))/;
const mostRivals = 5;

function rivalsIn(sentences: readonly string[]): Rival[] {
  const found = new Map<string, Rival>();
  for (const sentence of sentences) {
    // The first word of a sentence is a name only where "and" or a verb of selling follows it.
    const names = sentence.match(
      /(?<=[\p{Ll},] )\p{Lu}[\p{L}\d]{2,30}|^\p{Lu}[\p{L}\d]{2,30}(?= (?:and|sells|leads|offers)\b)/gu,
    );
    for (const name of names ?? []) {
      if (notNames.has(name) || found.has(name)) continue;
      found.set(name, { name, sentence: clip(sentence, 380), price: price.exec(sentence)?.[0] ?? 'unknown' });
      if (found.size === mostRivals) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** What the sources of an input say, as they say it. */
export function findingsIn(item: Item): Findings {
  const given = recordsAt(item, 'sources');
  const sentences = given.flatMap(({ text }) => sentencesOf(asText(text)));
  const figure = sentences.find((sentence) => /\d/.test(sentence));
  return {
    sentences,
    titles: given.map(({ title, url, text }) => asText(title) || asText(url) || clip(asText(text), 80)),
    figure: figure === undefined ? undefined : clip(figure, 280),
    rivals: rivalsIn(sentences),
  };
}
