import { languageOf } from './language';

/** Letters of both cases inside one word, or letters with digits: the way brands and models are spelt. */
const isSpeltAsName = (word: string): boolean =>
  /^\p{Ll}+\p{Lu}|\p{Lu}\p{Ll}+\p{Lu}/u.test(word) || (/^\p{Lu}/u.test(word) && /\d/.test(word));
const isCapitalised = (word: string): boolean => /^\p{Lu}\p{Ll}/u.test(word);

/** From here on capitals are a style of the text and say nothing about names. */
const mostCapitals = 0.34;
const mostWords = 5_000;

interface Word {
  readonly text: string;
  readonly opens: boolean;
}

const wordsOf = (text: string): Word[] => {
  const words: Word[] = [];
  let end = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’&-]*/gu)) {
    const between = text.slice(end, match.index).trimEnd();
    words.push({ text: match[0], opens: words.length === 0 || /[^,)'’&-]$/.test(between) });
    end = match.index + match[0].length;
    if (words.length === mostWords) break;
  }
  return words;
};

/**
 * Words of a text that look like names of brands, models or people. Capitals count only in running text of a language that keeps them for
 * names: not in headlines, not in German, and not at the start of a sentence.
 */
export const namesIn = (text: string): string[] => {
  const words = wordsOf(text.slice(0, 20_000));
  const inside = words.filter(({ opens }) => !opens);
  const capitals = inside.filter(({ text: word }) => isCapitalised(word)).length;
  const capitalsTell = capitals <= inside.length * mostCapitals && languageOf(text) !== 'de';
  const names = words.flatMap(({ text: word, opens }) =>
    isSpeltAsName(word) || (capitalsTell && !opens && isCapitalised(word)) ? [word.replace(/['’]s$/, '')] : [],
  );
  return [...new Set(names)];
};
