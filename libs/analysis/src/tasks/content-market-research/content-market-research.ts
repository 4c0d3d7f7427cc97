import { z } from 'zod';
import { filled } from '../../checks/filled';
import { grounded } from '../../checks/grounded';
import { language } from '../../checks/language';
import { links } from '../../checks/links';
import { numbers } from '../../checks/numbers';
import { defineTask } from '../define-task';
import { known, sourceRules, sources, sourceTexts } from '../sources';
import { textsOf } from '../texts-of';

const input = z.strictObject({
  query: z.string().min(1).max(2_000),
  region: z.string().min(1).max(120).optional(),
  segment: z.string().min(1).max(200).optional(),
  sources,
});
type Input = z.infer<typeof input>;

const output = z.strictObject({
  segments: z
    .array(
      z.strictObject({
        name: z.string().max(120),
        need: z.string().max(400),
        size: z.string().max(120).describe('As written in a source, or "unknown".'),
      }),
    )
    .max(8),
  trends: z.array(z.string().max(400)).max(8),
  competitors: z.array(z.strictObject({ name: z.string().max(120), position: z.string().max(400) })).max(10),
  openings: z.array(z.string().max(400)).max(8),
});
type Output = z.infer<typeof output>;

const told = ({ query, region, segment, sources: given }: Input): string =>
  [query, region ?? '', segment ?? '', ...sourceTexts(given)].join('\n');

export const contentMarketResearch = defineTask<Input, Output>({
  name: 'content.market-research',
  version: 1,
  content: 'research',
  about: 'A report on a market: its segments, trends, competitors and openings, from the sources given.',
  input,
  output,
  instructions: () =>
    [
      'Write a market report that answers one question.',
      'segments: up to 8 groups of buyers, what each needs and how large it is.',
      'trends: up to 8, one sentence each.',
      'competitors: up to 10 that the sources name, with what they stand for; one named "unknown" if they name none.',
      'openings: up to 8 things a newcomer could do that the others do not.',
      ...sourceRules,
    ].join('\n'),
  checks: {
    filled: (_, answer) => filled(answer),
    numbers: (asked, answer) => numbers(textsOf(answer), told(asked)),
    'grounded:figures': (asked, { segments }) => grounded(known(segments.map(({ size }) => size)), told(asked)),
    'grounded:competitors': (asked, { competitors }) =>
      grounded(known(competitors.map(({ name }) => name)), told(asked)),
    links: (asked, answer) => links(textsOf(answer), sourceTexts(asked.sources)),
    language: ({ query }, answer) => language(textsOf([answer.trends, answer.openings]), query),
  },
  fields: { query: 'ask', region: 'name', segment: 'name', sources: 'exact' },
  reuse: { ages: 'market', join: true, similar: 'off', share: 'tenant' },
  pack: null,
  defer: true,
  pupil: [],
  agree: { segments: { setF1: 'name' }, trends: 'skip', competitors: { setF1: 'name' }, openings: 'skip' },
  phases: [
    { name: 'sources', fields: [], share: 0 },
    { name: 'findings', fields: ['segments', 'trends'], share: 0.5 },
    { name: 'comparison', fields: ['competitors'], share: 0.28 },
    { name: 'advice', fields: ['openings'], share: 0.22 },
  ],
  deadline: '1h',
  start: { tier: 'medium', maxTokens: ({ sources: given }) => 1_200 + 40 * (given?.length ?? 0), temperature: 0 },
  example: {
    query: 'Who buys reusable water bottles, and what do they miss today?',
    region: 'Germany',
    sources: [
      {
        title: 'Bottles 2024',
        url: 'https://example.org/bottles-2024',
        text: 'Commuters are 40 % of buyers and want a lid that does not leak. Fjord and Alpina lead the market.',
      },
    ],
  },
});
