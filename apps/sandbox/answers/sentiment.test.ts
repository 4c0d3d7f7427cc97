import { issuesOf, judge, mistake, summaryOf, topicsOf, weighClauses } from './sentiment';

const label = (text: string) => judge(weighClauses(text)).sentiment;

test.each([
  ['I love this, works perfectly and looks beautiful.', 'positive'],
  ['Great sound, super comfortable. Highly recommend!', 'positive'],
  ['Not bad at all, I am happy with it.', 'positive'],
  ['5 stars', 'positive'],
  ['Adorei, excelente qualidade', 'positive'],
  ['Broke after two days. Terrible quality, I want a refund.', 'negative'],
  ['Not good. It does not work and it is not worth the money.', 'negative'],
  ['The zipper tore and the fabric smells awful', 'negative'],
  ['1/5 would not buy again', 'negative'],
  ['Great battery but terrible screen.', 'mixed'],
  [
    'Love the color. Unfortunately the strap broke and support was useless, though delivery was quick and easy.',
    'mixed',
  ],
  ['It arrived on Tuesday in a box.', 'neutral'],
  ['', 'neutral'],
])('%j is %s', (text, sentiment) => {
  expect(label(text)).toBe(sentiment);
});

const texts = ['amazing', 'awful junk', 'good but bad', 'a box', 'slightly slow', 'very very good, excellent, superb'];

test.each(texts)('the score of %j has two decimals and stands on the side of its label', (text) => {
  for (const { sentiment, score } of [judge(weighClauses(text)), mistake(judge(weighClauses(text)))]) {
    expect(score).toBe(Math.round(score * 100) / 100);
    expect(Math.abs(score)).toBeLessThanOrEqual(1);
    if (sentiment === 'positive') expect(score).toBeGreaterThan(0);
    if (sentiment === 'negative') expect(score).toBeLessThan(0);
  }
});

test.each(texts)('a mistake about %j changes the label', (text) => {
  const verdict = judge(weighClauses(text));
  expect(mistake(verdict).sentiment).not.toBe(verdict.sentiment);
});

test('topics, issues and summary are quoted from the text', () => {
  const text =
    'The Battery lasts, but the screen is dim. Shipping was terribly late and the box was damaged! Nice color.';
  const clauses = weighClauses(text);
  expect(topicsOf(text)).toEqual(['Battery', 'screen', 'Shipping', 'box', 'color']);
  const quotes = [...issuesOf(clauses), summaryOf(text, clauses)];
  expect(issuesOf(clauses).length).toBeGreaterThan(0);
  for (const quote of quotes) expect(text).toContain(quote);
  expect(summaryOf('a'.repeat(900), weighClauses('a'.repeat(900))).length).toBeLessThanOrEqual(200);
});
