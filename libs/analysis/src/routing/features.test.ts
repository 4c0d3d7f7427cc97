import fc from 'fast-check';
import { namedPhiOf, phiOf, phiSize } from './features';

const asked = { task: 'review', category: 'Toys', text: 'The 12 dolls cost $340, not 350' };

test('a place for the bias, twenty counts, the task, the category, and each word once', () => {
  const { names } = namedPhiOf(asked);
  expect(names.slice(0, 2)).toEqual(['bias', 'tokens']);
  expect(names.slice(21)).toEqual([
    'task review',
    'category Toys',
    'word the',
    'word #2',
    'word dolls',
    'word cost',
    'word #3',
    'word not',
  ]);
});

test('without names it is the same', () => {
  const { indices, values } = namedPhiOf(asked);
  expect(phiOf(asked)).toEqual({ indices, values });
});

test('a category belongs to its task', () =>
  expect(phiOf(asked).indices[22]).not.toBe(phiOf({ ...asked, task: 'other' }).indices[22]));

test('any text gives finite values inside the space', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const { indices, values } = phiOf({ task: 't', text });
      expect(indices.every((at) => at < phiSize)).toBe(true);
      expect(values.every((value) => Number.isFinite(value) && Math.abs(value) <= 3)).toBe(true);
    }),
  ));
