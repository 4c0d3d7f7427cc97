import { acceptsType } from './accepts-type';
import { etagOf, matchesEtag } from './etag';
import { readIdempotencyKey } from './idempotency-key';
import { preferredWaitS } from './prefer';

describe('Prefer', () => {
  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ['', null],
    ['wait=1', 1],
    ['wait=60', 60],
    ['wait=61', 60],
    ['wait=999999999', 60],
    ['respond-async, wait=10', 10],
    ['wait=10; foo', 10],
    ['Wait = "5"', 5],
    ['wait=0', null],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait=ten', null],
    ['wait', null],
    ['await=3', null],
  ])('%j waits %p s', (header, expected) => {
    expect(preferredWaitS(header)).toBe(expected);
  });
});

describe('Idempotency-Key', () => {
  it.each<[string | undefined, string | undefined]>([
    [undefined, undefined],
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    [' abc ', 'abc'],
    ['a b', 'a b'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%j is %j', (header, expected) => {
    expect(readIdempotencyKey(header)).toBe(expected);
  });

  it.each(['', '""', '"abc', '"a"b"', 'é', 'a\tb', 'x'.repeat(256), `"${'x'.repeat(256)}"`])('refuses %j', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow('idempotency-key-invalid');
  });
});

describe('If-None-Match', () => {
  const etag = etagOf({ a: 1 });
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    [etag, true],
    [`W/${etag}`, true],
    [`"other", ${etag}`, true],
    ['*', true],
    ['"other"', false],
    [etag.slice(1), false],
  ])('%j matches: %p', (header, expected) => {
    expect(matchesEtag(header, etag)).toBe(expected);
  });

  it('changes with what is sent', () => expect(etagOf({ a: 2 })).not.toBe(etag));
});

describe('Accept', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['*/*', true],
    ['application/json', true],
    ['application/*;q=0.5', true],
    ['text/html, application/json;q=0.9', true],
    ['text/html,application/xhtml+xml,*/*;q=0.8', true],
    ['text/html', false],
    ['application/json;q=0', false],
    ['application/json;q=0.000, text/csv', false],
    ['application/xml', false],
  ])('%j takes JSON: %p', (header, expected) => {
    expect(acceptsType(header, 'application/json')).toBe(expected);
  });
});
