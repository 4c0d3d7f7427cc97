import { links } from './links';

const sources = [
  'https://www.example.org/a/report Smith, J. and Jones, K. Sleep and memory. 2019. doi 10.1000/xyz123',
  'Müller 2021: a survey',
];

test.each([
  ['no link', 'Sleep helps memory.', 1, undefined],
  ['an address', 'See https://www.example.org/a/report.', 1, undefined],
  ['without its scheme', 'See www.example.org/a/report', 1, undefined],
  ['a DOI', 'doi:10.1000/xyz123', 1, undefined],
  [
    'author and year',
    'Smith et al. (2019) say so; so do Smith & Jones (2019) and others (Müller, 2021).',
    1,
    undefined,
  ],
  ['a made-up address', 'https://made.up/x', 0, 'no source has https://made.up/x'],
  ['a made-up DOI', '10.9999/abc', 0, 'no source has 10.9999/abc'],
  ['a made-up author', 'as Brown (2019) shows', 0, 'no source has Brown (2019)'],
  ['another year', 'Smith et al. (2020)', 0, 'no source has Smith et al. (2020)'],
  ['author and year of two sources', 'Müller (2019)', 0, 'no source has Müller (2019)'],
  ['a month is no author', 'published in March (2019)', 1, undefined],
  ['a year alone is none', 'In 2018 it was so', 1, undefined],
  ['one of two', 'https://made.up/x and 10.1000/xyz123', 0.5, 'no source has https://made.up/x'],
])('%s', (_name, answer, value, why) =>
  expect(links(answer, sources)).toEqual({ name: 'links', value, ...(why && { why }) }),
);

test('without sources every link is made up', () => expect(links('https://www.example.org', []).value).toBe(0));
