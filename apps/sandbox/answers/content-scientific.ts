import { pick } from '../chance';
import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, recordsAt, sentencesOf, textAt } from './material';
import { findingsIn } from './research';

const strengths = ['strong', 'moderate', 'weak'] as const;
const mechanisms = [
  'One step makes the next more likely, so that a small cause adds up.',
  'What is not used is lost again after a while.',
];
const mostClaims = 6;

function spoil(right: { explanation: string }, item: Item, question: string): object {
  switch (
    mistakeFor(item, ['doi', 'author', 'source', 'missing', ...(isPlainlyEnglish(question) ? ['language'] : [])])
  ) {
    case 'doi':
      return {
        ...right,
        explanation: clip(`This is well known (doi 10.99999/made.up.7781). ${right.explanation}`, 2_900),
      };
    case 'author':
      return { ...right, explanation: clip(`Hartwell et al. (1987) have shown it. ${right.explanation}`, 2_900) };
    case 'source':
      return {
        ...right,
        evidence: [{ claim: 'It has been measured.', source: 'Annals of Everything', strength: 'strong' }],
      };
    case 'language':
      return { ...right, mechanisms: [inGerman], explanation: `${inGerman} ${inGerman}` };
    default:
      return { ...right, mechanisms: [] };
  }
}

export function contentScientific(item: Item, isWrong: boolean): Record<string, unknown> {
  const question = textAt(item, 'question');
  const isEnglish = readsEnglish(question);
  const { titles } = findingsIn(item);
  const claims = recordsAt(item, 'sources')
    .slice(0, mostClaims)
    .map(({ text }, n) => ({
      claim: clip(sentencesOf(String(text))[0] ?? question, 480),
      source: clip(titles[n] ?? 'unknown', 380),
      strength: pick(strengths, item.raw, n),
    }));
  const none = {
    claim: isEnglish ? 'No source was given for this.' : clip(question, 480),
    source: 'unknown',
    strength: 'weak',
  };
  const evidence = claims.length > 0 ? claims : [none];
  const said = evidence.map(({ claim }) => claim).join(' ');
  const right = {
    evidence,
    mechanisms: isEnglish ? mechanisms : [clip(question, 480)],
    explanation: clip(isEnglish ? `In short: ${said} How far this goes is not known.` : said, 2_900),
  };
  return (isWrong ? spoil(right, item, question) : right) as Record<string, unknown>;
}
