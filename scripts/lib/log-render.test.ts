import { renderLine } from './log-render.mjs';

const at = new Date(2026, 0, 2, 3, 4, 5).getTime();
const line = (entry: object): string => JSON.stringify({ time: at, pid: 1, hostname: 'h', app: 'api', ...entry });

describe('a line of an app', () => {
  test.each([
    ['a level and a message', line({ level: 30, msg: 'ready' }), '03:04:05 info  ready'],
    ['values', line({ level: 40, msg: 'slow', ms: 12, job: 'j1' }), '03:04:05 warn  slow ms=12 job=j1'],
    ['a value with blanks', line({ level: 30, msg: 'm', why: 'a b' }), '03:04:05 info  m why="a b"'],
    ['an object', line({ level: 30, msg: 'm', of: { a: 1 } }), '03:04:05 info  m of={"a":1}'],
    [
      'an error',
      line({ level: 50, msg: 'm', err: { stack: 'Error: x\n  at y' } }),
      '03:04:05 error m\n    Error: x\n      at y',
    ],
    ['no message', line({ level: 20, n: 1 }), '03:04:05 debug n=1'],
    ['what is not JSON', 'Killed', 'Killed'],
    ['what only looks like JSON', '{ half', '{ half'],
  ])('%s', (_name, given, shown) => expect(renderLine(given)).toBe(shown));
});
