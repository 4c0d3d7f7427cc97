import { bearer, invalid, json, shown, type Case, type House, type Kinds } from './house';

const route = '/api/v1/models/route';
const quality = '/api/v1/tasks/review.sentiment/quality';
const task = 'review.sentiment';
const input = { text: 'Great sound' };

const doors = ({ key, usageKey }: House): Case[] => [
  { name: 'no key', method: 'POST', path: route, expect: { status: 401, code: 'unauthenticated' } },
  { name: 'no key', path: quality, expect: { status: 401, code: 'unauthenticated' } },
  {
    name: 'a key without jobs:read',
    method: 'POST',
    path: route,
    headers: json(usageKey),
    body: JSON.stringify({ task, input }),
    expect: { status: 403, code: 'forbidden' },
  },
  {
    name: 'POST quality',
    method: 'POST',
    path: quality,
    headers: json(key),
    body: '{}',
    expect: { status: 405, code: 'method-not-allowed' },
  },
  {
    name: 'PUT route',
    method: 'PUT',
    path: route,
    headers: json(key),
    body: '{}',
    expect: { status: 405, code: 'method-not-allowed' },
  },
  {
    name: 'a parameter',
    path: `${quality}?from=now`,
    headers: bearer(key),
    expect: { status: 400, code: 'malformed-parameter' },
  },
  {
    name: 'no such task',
    path: '/api/v1/tasks/review.mood/quality',
    headers: bearer(key),
    expect: { status: 404, code: 'not-found' },
  },
];

const bodies = ({ key, smallKey }: House): Case[] => {
  const post = (name: string, body: unknown, expect: Case['expect'], by = key): Case => ({
    name,
    method: 'POST',
    path: route,
    headers: json(by),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    expect,
  });
  return [
    ...['', '{', 'text'].map((text) => post(shown(text), text, { status: 400, code: 'malformed-body' })),
    post('nothing', {}, invalid('/task')),
    post('no input', { task }, invalid('/input')),
    post('an input that is a list', { task, input: [] }, invalid('/input')),
    post('an input that does not fit', { task, input: { text: 5 } }, invalid('/input/text')),
    post('what nobody knows', { task, input, model: 'gpt-4o' }, invalid('/model')),
    post('a floor of 2', { task, input, terms: { quality: 2 } }, invalid('/terms/quality')),
    post('strict as a text', { task, input, terms: { strict: 'yes' } }, invalid('/terms/strict')),
    post('no such task', { task: 'review.mood', input }, { status: 422, code: 'task-unknown', pointer: '/task' }),
    post(
      'a cap that pays no call',
      { task, input, terms: { maxCost: '0' } },
      { status: 422, code: 'request-cost-too-high', pointer: '/terms/maxCost' },
    ),
    post(
      'over the cap of the key',
      { task, input, terms: { maxCost: '1' } },
      { status: 403, code: 'key-limited' },
      smallKey,
    ),
  ];
};

/** The preview of a route, and the quality of a task. */
export const badRouting: Kinds = { 'routing: key, scope or method': doors, 'bodies of previews': bodies };
