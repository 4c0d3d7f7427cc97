import { parseQuery } from './query-string';

describe('parsing a query', () => {
  it.each<[string, unknown]>([
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['a', { a: '' }],
    ['a=b%20c+d', { a: 'b c d' }],
    ['m[k]=v&m[l]=w', { m: { k: 'v', l: 'w' } }],
    ['m%5Bk%5D=v', { m: { k: 'v' } }],
    ['m[k]=v&m[k]=w', { m: ['w', 'w'] }],
    ['m=1&m[k]=v', { m: ['v', 'v'] }],
    ['m[k]=v&m=1', { m: ['', '1'] }],
    ['m[]=v', { 'm[]': 'v' }],
    ['m[a][b]=v', { 'm[a][b]': 'v' }],
    ['a=%zz', { a: '%zz' }],
  ])('%j', (text, expected) => {
    expect(JSON.parse(JSON.stringify(parseQuery(text)))).toEqual(expected);
  });

  it.each(['__proto__=1', '__proto__[x]=1', 'constructor[prototype]=1', 'm[__proto__]=1'])(
    '%j touches no prototype',
    (text) => {
      const query = parseQuery(text);
      expect(Object.keys(query)).toHaveLength(1);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    },
  );
});
