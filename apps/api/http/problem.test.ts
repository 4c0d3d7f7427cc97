import { BadRequestException, NotFoundException } from '@nestjs/common';
import { problemCodes, problemSchema, Refusal, type ProblemCode } from '@winnow/contracts';
import { fault, FaultError } from '@winnow/kernel';
import { problemOf, refusalOf } from './problem';

const code = (error: unknown, writes = false): string => refusalOf(error, writes).code;
const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

describe('problems', () => {
  it.each<[string, unknown, string]>([
    ['a refusal', new Refusal('not-found', ''), 'not-found'],
    ['no route', new NotFoundException(), 'not-found'],
    ['a path that cannot be read', new BadRequestException(), 'not-found'],
    ['a full queue of writes', new FaultError(fault('unavailable', '')), 'unavailable'],
    ['a database that is away', away, 'unavailable'],
    ['our own bug', new TypeError('x is not a function'), 'internal'],
    ['what is no error', 'oops', 'internal'],
    ['nothing', undefined, 'internal'],
  ])('%s', (_, error, expected) => {
    expect(code(error)).toBe(expected);
  });

  it('says of a write that only the ledger knows', () => {
    expect(code(away, true)).toBe('budget-unavailable');
  });

  it('tells nothing of the cause', () => {
    const { body } = problemOf(refusalOf(new Error('password=hunter2'), false), 'req_1');
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it.each(Object.keys(problemCodes) as ProblemCode[])('%s has the shape of a problem', (each) => {
    const { status, body } = problemOf(new Refusal(each, 'why', { more: 1 }), 'req_1', 'https://winnow.example');
    expect(problemSchema.parse(body)).toEqual({
      type: `https://winnow.example/problems/${each}`,
      title: problemCodes[each][1],
      status,
      detail: 'why',
      instance: '/requests/req_1',
      code: each,
      more: 1,
    });
  });
});
