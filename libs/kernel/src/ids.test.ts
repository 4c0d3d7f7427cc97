import fc from 'fast-check';
import { decodeId, encodeId, newId, uuidTime, uuidv7 } from './ids';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const ZERO = '00000000-0000-0000-0000-000000000000';
const ones = (n: number) => new Uint8Array(n).fill(0xff);
const isOrdered = (ids: readonly string[]) => ids.every((id, at) => at === 0 || (ids[at - 1] ?? '') < id);

describe('uuidv7', () => {
  test('has the version, the variant and the time', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(2 ** 48 - 2), noInvalidDate: true }), (now) => {
        const uuid = uuidv7(now);
        expect(uuid).toMatch(VERSION_7);
        // A burst may borrow a millisecond; a single call for a time not asked before may not.
        expect(uuidTime(uuid).getTime() - now.getTime()).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('is ordered and unique through a burst in one millisecond, past the overflow of its counter', () => {
    const now = new Date('2031-01-01T00:00:00Z');
    const ids = Array.from({ length: 10_000 }, () => uuidv7(now, ones));
    expect(isOrdered(ids)).toBe(true);
    expect(uuidTime(ids.at(-1) ?? '').getTime() - now.getTime()).toBeLessThanOrEqual(5);
  });

  test('is ordered when the clock catches up with borrowed milliseconds', () => {
    const start = Date.parse('2032-01-01T00:00:00Z');
    const ids = Array.from({ length: 12_000 }, (_, at) => uuidv7(new Date(start + Math.floor(at / 4_000))));
    expect(isOrdered(ids)).toBe(true);
  });

  test('is ordered on the real clock', () => {
    expect(isOrdered(Array.from({ length: 5_000 }, () => uuidv7()))).toBe(true);
  });

  test('follows a clock that is set back', () => {
    uuidv7(new Date('2033-01-01'));
    expect(uuidTime(uuidv7(new Date('2030-06-01')))).toEqual(new Date('2030-06-01'));
  });

  test.each([-1, 2 ** 48, Number.NaN])('no uuid at %d', (ms) => expect(() => uuidv7(new Date(ms))).toThrow(RangeError));
});

describe('ids', () => {
  test.each([
    [ZERO, 'job_00000000000000000000000000'],
    [MAX, 'job_7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    ['00000000-0000-0000-0000-000000000020', 'job_00000000000000000000000010'],
  ])('%s is %s', (uuid, id) => {
    expect(encodeId('job', uuid)).toBe(id);
    expect(decodeId('job', id)).toBe(uuid);
  });

  test.each([
    ['another prefix', 'batch_00000000000000000000000000'],
    ['no prefix', '00000000000000000000000000'],
    ['a longer prefix', 'jobs_00000000000000000000000000'],
    ['lower case', 'job_7zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['a letter that is not a digit', 'job_0000000000000000000000000O'],
    ['u', 'job_0000000000000000000000000U'],
    ['too short', 'job_0000000000000000000000000'],
    ['too long', 'job_000000000000000000000000000'],
    ['more than 128 bits', 'job_80000000000000000000000000'],
    ['a newline', 'job_00000000000000000000000000\n'],
    ['nothing', ''],
  ])('%s is refused', (_name, id) => expect(decodeId('job', id)).toBeNull());

  test('any uuid comes back, in the same order', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(decodeId('rcpt', encodeId('rcpt', a))).toBe(a);
        expect(encodeId('key', a) < encodeId('key', b)).toBe(a < b);
      }),
    );
  });

  test('new ids decode to uuids of now', () => {
    const uuid = decodeId('wrk', newId('wrk'));
    expect(Math.abs(uuidTime(uuid ?? '').getTime() - Date.now())).toBeLessThan(10_000);
  });

  test.each(['', 'x', ZERO.slice(1), `${ZERO}0`])('%j is no uuid', (uuid) => {
    expect(() => encodeId('job', uuid)).toThrow(TypeError);
    expect(() => uuidTime(uuid)).toThrow(TypeError);
  });
});
