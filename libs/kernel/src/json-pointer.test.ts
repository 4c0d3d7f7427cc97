import { pointerTo } from './json-pointer';

test.each([
  [[], ''],
  [['a', 0], '/a/0'],
  [['a/b', 'm~n', '~1'], '/a~1b/m~0n/~01'],
  [['', ' '], '// '],
])('%j is "%s"', (trail, pointer) => expect(pointerTo(trail)).toBe(pointer));
