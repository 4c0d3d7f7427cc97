import { Refusal } from '@winnow/contracts';
import { decodeJson } from './decode-json';

const positionOf = (bytes: Buffer): unknown => {
  try {
    return { read: decodeJson(bytes) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('malformed-body');
    return error.extra['position'];
  }
};

describe('decoding a body', () => {
  it.each([
    ['JSON', Buffer.from('{"a":"é"}'), { read: { a: 'é' } }],
    ['JSON behind a byte order mark', Buffer.from('\uFEFF[1]'), { read: [1] }],
    ['a real replacement character', Buffer.from('"\uFFFD"'), { read: '\uFFFD' }],
    ['nothing', Buffer.alloc(0), 0],
    ['a fault behind two-byte characters', Buffer.from('["éé",]'), 8],
    ['a fault behind a byte order mark', Buffer.from('\uFEFF[1,]'), 6],
    ['a lone byte', Buffer.from([0x22, 0xff, 0x22]), 1],
    ['a cut character at the end', Buffer.concat([Buffer.from('"a'), Buffer.from([0xe2, 0x82])]), 2],
    [
      'a bad byte behind a real replacement character',
      Buffer.concat([Buffer.from('"é\uFFFD'), Buffer.from([0x80])]),
      6,
    ],
    ['a surrogate written as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 1],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 1],
  ])('%s', (_, bytes, expected) => {
    expect(positionOf(bytes)).toEqual(expected);
  });
});
