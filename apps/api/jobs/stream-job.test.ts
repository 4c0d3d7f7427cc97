import { positionOf, type Position } from './stream-job';
import { createStreamRegister } from './stream-register';

const now = new Date('2026-11-21T12:00:00Z');
const row = (daysOld: number) => ({ events: 8, created_at: new Date(now.getTime() - daysOld * 86_400_000) });

describe('where a stream goes on', () => {
  it.each<[string, string | undefined, number, Position]>([
    ['from the beginning', undefined, 0, { after: 0, gap: false }],
    ['from the beginning of an empty id', '', 0, { after: 0, gap: false }],
    ['behind 0', '0', 0, { after: 0, gap: false }],
    ['behind the third', '3', 0, { after: 3, gap: false }],
    ['behind the last', '8', 0, { after: 8, gap: false }],
    ['behind one that never was', '9', 0, { after: 0, gap: true }],
    ['behind what is no id', 'abc', 0, { after: 0, gap: true }],
    ['behind a negative one', '-1', 0, { after: 0, gap: true }],
    ['behind one with noughts', '03', 0, { after: 0, gap: true }],
    ['behind one too old to be kept', '3', 8, { after: 0, gap: true }],
    ['behind the last of an old one', '8', 8, { after: 8, gap: false }],
  ])('%s', (_, lastEventId, daysOld, expected) => {
    expect(positionOf(lastEventId, row(daysOld), now)).toEqual(expected);
  });
});

describe('how many streams are open', () => {
  const limits = { perKey: 2, perProcess: 3 };

  it('counts by key and in all', () => {
    const streams = createStreamRegister(limits);
    const { leave } = streams.reserve('a');
    streams.reserve('a');
    expect(() => streams.reserve('a')).toThrow('too-many-streams');
    streams.reserve('b');
    expect(() => streams.reserve('c')).toThrow('too-many-streams');
    leave();
    leave();
    expect(streams.count()).toBe(2);
    streams.reserve('c');
    expect(streams.count()).toBe(3);
  });

  it('closes all of them', () => {
    const streams = createStreamRegister(limits);
    let closed = 0;
    for (const key of ['a', 'b'])
      streams.reserve(key).closeBy(() => {
        closed += 1;
      });
    streams.closeAll();
    expect(closed).toBe(2);
  });
});
