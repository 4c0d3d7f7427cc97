import { objectionsTo } from '@winnow/testing/objections-to';
import { contentScientific } from './content-scientific';

const asked = {
  question: 'Why is it that sleep is good for the memory that you have?',
  sources: [
    {
      title: 'Sleep and memory',
      url: 'https://example.org/s',
      text: 'Smith et al. (2019), doi 10.1000/xyz123: waves replay.',
    },
  ],
};
const claim = (source: string) => ({ claim: 'Waves replay what was learned.', source, strength: 'moderate' });
const answer = {
  evidence: [claim('Sleep and memory'), claim('https://example.org/s'), claim('unknown')],
  mechanisms: ['Slow waves replay what was learned.'],
  explanation: 'Smith et al. (2019) find it (10.1000/xyz123).',
};

test.each([
  ['all from the source', {}, {}, []],
  ['a made-up DOI', { explanation: 'See 10.9999/made.up' }, {}, ['links']],
  ['a made-up author', { mechanisms: ['Brown and Green (2001) say so.'] }, {}, ['links']],
  ['another year', { explanation: 'Smith et al. (2018) find it.' }, {}, ['links']],
  ['a source that was not given', { evidence: [claim('Annals of Everything')] }, {}, ['grounded:evidence']],
  ['no mechanisms', { mechanisms: [] }, {}, ['filled']],
  [
    'another language',
    { explanation: 'Der Schlaf ist für das Gedächtnis sehr wichtig und nicht nur für die Ruhe.' },
    {},
    ['language'],
  ],
  ['nothing to go by', { evidence: [claim('unknown')], explanation: 'It is not known.' }, { sources: undefined }, []],
  ['cited without sources', {}, { sources: undefined }, ['links', 'grounded:evidence']],
])('%s', (_name, but, given, objections) =>
  expect(objectionsTo(contentScientific, { ...asked, ...given }, { ...answer, ...but })).toEqual(objections),
);

test.each([
  ['a question', { question: 'x' }, true],
  ['none', { sources: [] }, false],
])('input: %s: %s', (_name, input, ok) => expect(contentScientific.input.safeParse(input).success).toBe(ok));
