import type { CheckResult } from '@winnow/contracts';
import { shareOf } from './share-of';

const longest = 100_000;
const mostLinks = 500;
const link = /\bhttps?:\/\/[^\s"'<>()[\]{}]+|\bwww\.[^\s"'<>()[\]{}]+|\b10\.\d{4,9}\/[^\s"'<>()[\]{}]+/gi;
const year = String.raw`\(?((?:19|20)\d\d)[a-z]?\b\)?`;
/** Smith et al. (2020), Smith and Jones (2020), (Smith, 2020) */
const authorYear = new RegExp(
  String.raw`\b(\p{Lu}[\p{L}'’-]{1,40})(?:(?: et al\.?,?| (?:and|&) \p{Lu}[\p{L}'’-]{1,40},?) ${year}|,? \(${year}|, ${year}(?=\)))`,
  'gu',
);
const months = new Set(
  'January February March April May June July August September October November December'.split(' '),
);

const bare = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?|^www\./, '')
    .replace(/[.,;:!?/]+$/, '');

const citationsIn = (text: string): { text: string; author: string; year: string }[] =>
  [...text.matchAll(authorYear)]
    .map(([whole, author = '', ...years]) => ({
      text: whole,
      author,
      year: years.find((one) => one !== undefined) ?? '',
    }))
    .filter(({ author }) => !months.has(author))
    .slice(0, mostLinks);

/** Share of the answer's web addresses, DOIs and author-year citations that one of the sources has. */
export const links = (answer: string, sources: readonly string[]): CheckResult => {
  const known = sources.map((source) => source.toLowerCase());
  const text = answer.slice(0, longest);
  const addresses = (text.match(link) ?? []).slice(0, mostLinks);
  const citations = citationsIn(text);
  const strange = [
    ...addresses.filter((address) => !known.some((source) => source.includes(bare(address)))),
    ...citations
      .filter(({ author, year }) => !known.some((one) => one.includes(author.toLowerCase()) && one.includes(year)))
      .map((citation) => citation.text),
  ];
  return shareOf(
    'links',
    addresses.length + citations.length,
    strange.map((found) => `no source has ${found.slice(0, 120)}`),
  );
};
