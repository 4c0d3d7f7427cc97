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
  subject: z.string().min(1).max(500),
  region: z.string().min(1).max(120),
  sources,
});
type Input = z.infer<typeof input>;

const output = z.strictObject({
  demand: z.strictObject({
    level: z.enum(['high', 'medium', 'low', 'unknown']),
    figure: z.string().max(300).describe('The figure of a source that shows it, as written, or "unknown".'),
    why: z.string().max(600),
  }),
  competitors: z
    .array(
      z.strictObject({
        name: z.string().max(120),
        position: z.string().max(400),
        price: z.string().max(80).describe('As written in a source, or "unknown".'),
      }),
    )
    .max(10),
  summary: z.string().max(2_000),
  risks: z.array(z.string().max(400)).max(8),
});
type Output = z.infer<typeof output>;

const told = (asked: Input): string => [asked.subject, asked.region, ...sourceTexts(asked.sources)].join('\n');

export const marketResearch = defineTask<Input, Output>({
  name: 'market.research',
  version: 1,
  content: 'research',
  about: 'A market in a region, from the sources given: demand, competitors, a summary and risks.',
  input,
  output,
  instructions: () =>
    [
      'Research the market of one subject in one region.',
      'demand: how strong it is, the figure that shows it, and why.',
      'competitors: up to 10 that the sources name, with what they stand for and their price; one named "unknown" if they name none.',
      'summary: what a seller has to know, in at most 150 words.',
      'risks: up to 8 things that could go wrong for a seller.',
      ...sourceRules,
    ].join('\n'),
  checks: {
    filled: (_, answer) => filled(answer),
    numbers: (asked, answer) => numbers(textsOf(answer), told(asked)),
    'grounded:figures': (asked, { demand, competitors }) =>
      grounded(known([demand.figure, ...competitors.map(({ price }) => price)]), told(asked)),
    'grounded:competitors': (asked, { competitors }) =>
      grounded(known(competitors.map(({ name }) => name)), told(asked)),
    links: (asked, answer) => links(textsOf(answer), sourceTexts(asked.sources)),
    language: ({ subject }, answer) => language(textsOf([answer.summary, answer.risks]), subject),
  },
  fields: { subject: 'ask', region: 'name', sources: 'exact' },
  reuse: { ages: 'market', join: true, similar: 'off', share: 'tenant' },
  pack: null,
  defer: true,
  pupil: [],
  agree: {
    'demand.level': 'equal',
    'demand.figure': 'equal',
    competitors: { setF1: 'name' },
    summary: 'skip',
    risks: 'skip',
  },
  phases: [
    { name: 'sources', fields: [], share: 0 },
    { name: 'findings', fields: ['demand'], share: 0.2 },
    { name: 'comparison', fields: ['competitors'], share: 0.35 },
    { name: 'synthesis', fields: ['summary'], share: 0.25 },
    { name: 'advice', fields: ['risks'], share: 0.2 },
  ],
  deadline: '1h',
  start: { tier: 'medium', maxTokens: ({ sources: given }) => 900 + 40 * (given?.length ?? 0), temperature: 0 },
  example: {
    subject: 'Reusable steel water bottles',
    region: 'Germany',
    sources: [
      {
        title: 'Bottles 2024',
        url: 'https://example.org/bottles-2024',
        text: 'Demand for reusable bottles grew by 8 % in 2024. Fjord and Alpina lead the market; Fjord sells at 24.90 EUR.',
      },
    ],
  },
});
