import { createCursors, type CursorScope } from './cursor';

const id = '01900000-0000-7abc-8000-00000000ffff';
const scope: CursorScope = { list: 'jobs', tenant: 't1', order: 'desc', filter: { task: 'a', state: ['queued'] } };
const cursors = createCursors('a secret of some length, for tests');

describe('cursors', () => {
  it('come back as what they were made of', () => {
    expect(cursors.read(scope, cursors.write(scope, id))).toBe(id);
  });

  it('do not mind the order in which a filter was written', () => {
    const other = { ...scope, filter: { state: ['queued'], task: 'a' } };
    expect(cursors.read(other, cursors.write(scope, id))).toBe(id);
  });

  it.each<[string, Partial<CursorScope>]>([
    ['another tenant', { tenant: 't2' }],
    ['another order', { order: 'asc' }],
    ['another filter', { filter: { task: 'b' } }],
    ['no filter', { filter: {} }],
    ['another list', { list: 'receipts' }],
  ])('do not hold for %s', (_, other) => {
    expect(() => cursors.read({ ...scope, ...other }, cursors.write(scope, id))).toThrow('cursor-invalid');
  });

  it('do not hold under another secret', () => {
    expect(() => createCursors('another').read(scope, cursors.write(scope, id))).toThrow('cursor-invalid');
  });

  it('may be of any place, and a place is no id', () => {
    const place = JSON.stringify(['2026-11-01T00:00:00.000Z', '=kim', 'ü'.repeat(500)]);
    expect(cursors.readPlace(scope, cursors.writePlace(scope, place))).toBe(place);
    expect(cursors.readPlace(scope, cursors.writePlace(scope, ''))).toBe('');
    expect(() => cursors.read(scope, cursors.writePlace(scope, place))).toThrow('cursor-invalid');
    expect(() => cursors.readPlace({ ...scope, tenant: 't2' }, cursors.writePlace(scope, place))).toThrow(
      'cursor-invalid',
    );
  });

  it('do not hold with any character changed or cut', () => {
    const good = cursors.write(scope, id);
    for (let at = 0; at < good.length; at += 1) {
      const other = good[at] === 'A' ? 'B' : 'A';
      expect(() => cursors.read(scope, good.slice(0, at) + other + good.slice(at + 1))).toThrow('cursor-invalid');
      expect(() => cursors.read(scope, good.slice(0, at))).toThrow('cursor-invalid');
    }
    for (const bad of ['', `${good}A`, `${good}=`, 'ü', '!!'])
      expect(() => cursors.read(scope, bad)).toThrow('cursor-invalid');
  });
});
