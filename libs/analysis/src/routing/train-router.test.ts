import { seeded } from '../statistics/seeded';
import { explainGain } from './explain';
import { phiOf } from './features';
import { qualitiesOf } from './router';
import { trainRouter, type OutcomeRow, type TrainingAsk } from './train-router';
import { decodeWeights, encodeWeights } from './weights-bytes';

const easy = ['colour', 'size', 'price', 'brand'];
const hard = ['proof', 'integral', 'clause', 'statute'];
const filler = ['please', 'tell', 'about', 'this', 'thing', 'today', 'again', 'soon'];

/** Where a text speaks of hard things, the dearer rung is right more often; its length says nothing. */
const outcomes = (n: number, seed: number, helps = true): OutcomeRow[] => {
  const random = seeded(seed);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)]!;
  return Array.from({ length: n }, () => {
    const isHard = random() < 0.4;
    const words = [
      pick(isHard ? hard : easy),
      ...Array.from({ length: 3 + Math.floor(9 * random()) }, () => pick(filler)),
    ];
    const cheap = random() < (isHard && helps ? 0.3 : 0.9) ? 1 : 0;
    const dear = random() < (helps ? 0.92 : 0.9) ? 1 : 0;
    return {
      phi: phiOf({ task: 'ask', text: words.join(' ') }),
      words: words.length,
      outcomes: [cheap, dear],
      weight: 1,
    };
  });
};
const ask = (rows: OutcomeRow[], more: Partial<TrainingAsk> = {}): TrainingAsk => ({
  task: 'ask',
  version: 1,
  rungs: ['mini', 'big'],
  rows,
  old: null,
  seed: 1,
  ...more,
});
const trained = (given: TrainingAsk) => {
  const training = trainRouter(given);
  if (training.kind !== 'trained') throw new Error(`${training.rows} rows`);
  return training;
};
const good = trained(ask(outcomes(2_000, 1)));
const phi = (text: string) => phiOf({ task: 'ask', text });

test('it learns where the dearer rung helps, and may go live', () => {
  expect(good.promote).toBe(true);
  expect(good.why).toMatch(/^mini to big: 0\.[6-9]/);
  const [mini, big] = qualitiesOf(good.weights, phi('proof about this thing'));
  const [miniEasy] = qualitiesOf(good.weights, phi('colour of this thing today'));
  expect(mini!.quality).toBeLessThan(0.5);
  expect(big!.quality).toBeGreaterThan(0.85);
  expect(miniEasy!.quality).toBeGreaterThan(0.8);
  for (const { quality, low } of [mini!, big!, miniEasy!]) expect(low).toBeLessThan(quality);
});

test('where nothing is to be gained it is not promoted', () => {
  const { promote, why } = trained(ask(outcomes(1_000, 2, false)));
  expect(promote).toBe(false);
  expect(why).toContain('does not surely beat prompt length on the newest 200 outcomes');
});

test('it does not replace weights that are as good', () => {
  const { promote, why } = trained(ask(outcomes(2_000, 3), { old: good.weights, version: 2 }));
  expect(promote).toBe(false);
  expect(why).toContain('the weights in force');
});

test('weights of another ladder are no rival', () =>
  expect(trained(ask(outcomes(2_000, 3), { old: { ...good.weights, rungs: ['mini', 'other'] } })).promote).toBe(true));

test('under a hundred outcomes of a pair nothing is learned', () => {
  const rows = outcomes(300, 4).map((row, i) => (i < 99 ? row : { ...row, outcomes: [row.outcomes[0]!, null] }));
  expect(trainRouter(ask(rows))).toEqual({ kind: 'too-few', pair: ['mini', 'big'], rows: 99, needed: 100 });
});

test('a ladder of three: a head for each pair, a quality for each rung', () => {
  const rows = outcomes(600, 5).map((row) => ({ ...row, outcomes: [...row.outcomes, 1] }));
  const { weights } = trained(ask(rows, { rungs: ['mini', 'mid', 'big'] }));
  expect(weights.pairs).toHaveLength(2);
  expect(qualitiesOf(weights, phi('proof of this')).map(({ rung }) => rung)).toEqual(['mini', 'mid', 'big']);
});

test('one rung is no ladder', () => expect(() => trainRouter(ask([], { rungs: ['mini'] }))).toThrow('2 to 5 rungs'));

test('weights survive being written down, to the bit', () => {
  const bytes = encodeWeights(good.weights);
  expect(bytes.length).toBeLessThan(20_000);
  expect(decodeWeights(bytes)).toEqual(good.weights);
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, -8), 'cut short'],
  [
    'of other features',
    (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace(/"size":\d+/, '"size":99'), 'latin1'),
    'of 99 features',
  ],
])('weights that are %s are refused', (_name, spoil, why) =>
  expect(() => decodeWeights(spoil(encodeWeights(good.weights)))).toThrow(why),
);

test('what spoke for the dearer rung is named', () => {
  const reasons = explainGain(good.weights.pairs[0]!, { task: 'ask', text: 'proof about this thing' });
  expect(reasons).toHaveLength(5);
  expect(reasons[0]!.name).toBe('word proof');
  expect(reasons[0]!.points).toBeGreaterThan(0);
});
