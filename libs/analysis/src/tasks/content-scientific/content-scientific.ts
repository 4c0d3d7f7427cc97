import { z } from 'zod';
import { filled } from '../../checks/filled';
import { grounded } from '../../checks/grounded';
import { language } from '../../checks/language';
import { links } from '../../checks/links';
import { defineTask } from '../define-task';
import { known, sourceRules, sources, sourceTexts } from '../sources';
import { textsOf } from '../texts-of';

const input = z.strictObject({ question: z.string().min(1).max(2_000), sources });
type Input = z.infer<typeof input>;

const output = z.strictObject({
  evidence: z
    .array(
      z.strictObject({
        claim: z.string().max(500),
        source: z.string().max(400).describe('Title, address or DOI as a source has it, or "unknown".'),
        strength: z.enum(['strong', 'moderate', 'weak']),
      }),
    )
    .max(12),
  mechanisms: z.array(z.string().max(500)).max(8),
  explanation: z.string().max(3_000),
});
type Output = z.infer<typeof output>;

export const contentScientific = defineTask<Input, Output>({
  name: 'content.scientific',
  version: 1,
  content: 'scientific',
  about: 'An explanation of a scientific question, with its mechanisms and the evidence that the sources have.',
  input,
  output,
  instructions: () =>
    [
      'Explain one scientific question to an educated reader.',
      'evidence: up to 12 claims, each with the source that has it and how strong it is.',
      'mechanisms: up to 8, one or two sentences each.',
      'explanation: at most 250 words that follow from the evidence and the mechanisms, and say what is not known.',
      'Name a DOI, an address, or an author with a year only if a source has it.',
      ...sourceRules,
    ].join('\n'),
  checks: {
    filled: (_, answer) => filled(answer),
    links: (asked, answer) => links(textsOf(answer), [asked.question, ...sourceTexts(asked.sources)]),
    'grounded:evidence': (asked, { evidence }) =>
      grounded(known(evidence.map(({ source }) => source)), sourceTexts(asked.sources).join('\n')),
    language: ({ question }, { mechanisms, explanation }) => language(textsOf([mechanisms, explanation]), question),
  },
  fields: { question: 'ask', sources: 'exact' },
  reuse: { ages: 'analysis', join: true, similar: 'off', share: 'tenant' },
  pack: null,
  defer: true,
  pupil: [],
  agree: { evidence: { setF1: 'source' }, mechanisms: 'skip', explanation: 'skip' },
  phases: [
    { name: 'question', fields: [], share: 0 },
    { name: 'evidence', fields: ['evidence'], share: 0.4 },
    { name: 'mechanism', fields: ['mechanisms'], share: 0.25 },
    { name: 'analysis', fields: ['explanation'], share: 0.35 },
  ],
  deadline: '1h',
  start: { tier: 'advanced', maxTokens: ({ sources: given }) => 1_200 + 60 * (given?.length ?? 0), temperature: 0 },
  example: {
    question: 'Why does sleep help memory?',
    sources: [
      {
        title: 'Sleep and memory: a review',
        url: 'https://example.org/sleep-memory',
        text: 'Smith et al. (2019) find that slow waves in sleep replay what was learned. doi 10.1000/xyz123',
      },
    ],
  },
});
