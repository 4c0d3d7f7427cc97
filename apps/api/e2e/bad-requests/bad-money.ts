import { encodeId, newId } from '@winnow/kernel';
import { bearer, invalid, json, quotes, shown, type Case, type House, type Kinds } from './house';

const unauthenticated = { status: 401, code: 'unauthenticated' };
const forbidden = { status: 403, code: 'forbidden' };
const absent = { status: 404, code: 'not-found' };
const wrongMethod = { status: 405, code: 'method-not-allowed' };

const budgets = '/api/v1/budgets';
const receipts = '/api/v1/receipts';
const usage = '/api/v1/usage';
const savings = '/api/v1/savings';
const reads = [quotes, receipts, usage, savings, budgets, `${budgets}/tenant-day`, `${budgets}/tenant-day/entries`];

const doors = ({ key, usageKey }: House): Case[] => [
  ...reads.map((path) => ({ name: `GET ${path} without a key`, path, expect: unauthenticated })),
  { name: `POST ${quotes} without a key`, method: 'POST', path: quotes, expect: unauthenticated },
  { name: `GET ${quotes}`, path: quotes, headers: bearer(usageKey), expect: forbidden },
  {
    name: `POST ${quotes}`,
    method: 'POST',
    path: quotes,
    headers: json(usageKey),
    body: JSON.stringify({ task: 'review.sentiment', input: { text: 'a' } }),
    expect: forbidden,
  },
  {
    name: 'a file without the scope',
    method: 'POST',
    path: quotes,
    headers: { ...bearer(usageKey), 'content-type': 'text/csv' },
    body: 'text\na\n',
    expect: forbidden,
  },
  { name: `GET ${budgets}`, path: budgets, headers: bearer(usageKey), expect: forbidden },
  {
    name: `PUT ${budgets}/tenant-day`,
    method: 'PUT',
    path: `${budgets}/tenant-day`,
    headers: json(usageKey),
    body: '{"cap":"1"}',
    expect: forbidden,
  },
  ...[
    ['DELETE', quotes],
    ['PUT', quotes],
    ['PATCH', `${budgets}/tenant-day`],
    ['POST', receipts],
    ['POST', usage],
    ['DELETE', savings],
  ].map(([method, path]) => ({ name: `${method} ${path}`, method, path, headers: bearer(key), expect: wrongMethod })),
];

const parameters = ({ key }: House): Case[] => {
  const get = (path: string, query: string, pointer: string): Case => ({
    name: `${path}?${query}`,
    path: `${path}?${query}`,
    headers: bearer(key),
    expect: { status: 400, code: 'malformed-parameter', pointer },
  });
  const lists = [quotes, receipts, budgets, `${budgets}/tenant-day/entries`];
  return [
    ...lists.flatMap((path) => [
      ...['0', '101', '-1', 'ten', ''].map((limit) => get(path, `limit=${limit}`, '/limit')),
      get(path, 'limit=1&limit=2', '/limit'),
      get(path, 'offset=10', '/offset'),
      get(path, 'after=', '/after'),
    ]),
    ...[quotes, receipts, `${budgets}/tenant-day/entries`].map((path) => get(path, 'order=newest', '/order')),
    get(receipts, 'state=done', '/state'),
    get(receipts, 'lane=fast', '/lane'),
    get(receipts, 'key=key_1', '/key'),
    get(receipts, 'writtenAfter=yesterday', '/writtenAfter'),
    get(receipts, 'writtenBefore=2026-02-30T00:00:00Z', '/writtenBefore'),
    ...[usage, savings].flatMap((path) => [
      get(path, 'bucket=minute', '/bucket'),
      get(path, 'by=mood', '/by'),
      get(path, 'by=task&by=model&by=tier', '/by'),
      get(path, 'format=xml', '/format'),
      get(path, 'limit=0', '/limit'),
      get(path, 'limit=1001', '/limit'),
      get(path, 'from=now', '/from'),
      get(path, 'from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/from'),
      get(path, 'bucket=hour&from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z', '/bucket'),
      get(path, 'user=kim', '/user'),
    ]),
    get(`${usage}/users/kim`, 'from=now', '/from'),
    get(`${usage}/users/kim`, 'from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', '/from'),
    get(`${usage}/users/kim`, 'bucket=day', '/bucket'),
  ];
};

const cursors = ({ key, cursor }: House): Case[] =>
  [quotes, receipts, budgets, `${budgets}/tenant-day/entries`, usage, savings].flatMap((path) =>
    [cursor, 'x', 'A'.repeat(43)].map((after) => ({
      name: `${path}: ${after === cursor ? "another list's" : after.slice(0, 5)}`,
      path: `${path}?after=${after}`,
      headers: bearer(key),
      expect: { status: 400, code: 'cursor-invalid' },
    })),
  );

const ids = ({ key }: House): Case[] => {
  const get = (path: string): Case => ({ name: path, path, headers: bearer(key), expect: absent });
  const zero = '00000000-0000-0000-0000-000000000000';
  return [
    ...['x', 'quote_', newId('quote'), encodeId('quote', zero), newId('job'), '%00'].map((id) =>
      get(`${quotes}/${id}`),
    ),
    ...['x', 'rcpt_', newId('rcpt'), encodeId('rcpt', zero), newId('quote')].map((id) => get(`${receipts}/${id}`)),
    ...['day', 'tenant-year', 'user:', 'user:nobody', `batch:${newId('batch')}`, 'batch:1', 'source-day:none'].map(
      (id) => get(`${budgets}/${id}`),
    ),
  ];
};

const caps = ({ key }: House): Case[] => {
  const put = (name: string, body: unknown, pointer: string): Case => ({
    name,
    method: 'PUT',
    path: `${budgets}/tenant-day`,
    headers: json(key),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    expect: invalid(pointer),
  });
  return [
    ...[5, null, true, '-1', 'NaN', '1e3', '0.0000000001', '', '1234567890'].map((cap) =>
      put(`a cap of ${shown(cap)}`, { cap }, '/cap'),
    ),
    put('no cap', {}, '/cap'),
    put('from yesterday', { cap: '1', from: 'yesterday' }, '/from'),
    put('what nobody knows', { cap: '1', spent: '0' }, '/spent'),
    put('a list', '[]', ''),
    { ...put('a cap for no scope', { cap: '1' }, ''), path: `${budgets}/tenant-year`, expect: absent },
    {
      ...put('a cap for another state', { cap: '1' }, ''),
      headers: { ...json(key), 'if-match': '"none"' },
      expect: { status: 412, code: 'precondition-failed' },
    },
    {
      ...put('a cap as CSV', 'cap\n1\n', ''),
      headers: { ...bearer(key), 'content-type': 'text/csv' },
      expect: { status: 415, code: 'unsupported-media-type' },
    },
  ];
};

const bodies = ({ key, smallKey, strictKey }: House): Case[] => {
  const input = { text: 'Great sound' };
  const task = 'review.sentiment';
  const post = (name: string, body: unknown, expect: Case['expect'], by = key): Case => ({
    name,
    method: 'POST',
    path: quotes,
    headers: json(by),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    expect,
  });
  return [
    ...['', '{', 'text\na\n'].map((text) => post(shown(text), text, { status: 400, code: 'malformed-body' })),
    post('nothing', {}, invalid('/task')),
    post('no inputs', { task }, invalid('/inputs')),
    post('inputs and an input', { task, input, inputs: [input] }, invalid('/inputs')),
    post('an empty list', { task, inputs: [] }, invalid('/inputs')),
    post('1,001 inputs', { task, inputs: Array.from({ length: 1_001 }, () => input) }, invalid('/inputs')),
    post('an input that is a text', { task, inputs: ['a'] }, invalid('/inputs/0')),
    post('none that fits', { task, inputs: [{ words: 'a' }] }, invalid('/inputs/0/text')),
    post('one that does not fit', { task, input: { text: 5 } }, invalid('/input/text')),
    post('a file by its id', { task, file: 'file_1' }, invalid('/file')),
    ...[0, 1.5, '5', -1, 100_000_001].map((count) =>
      post(`count ${shown(count)}`, { task, input, count }, invalid('/count')),
    ),
    post('fewer counted than there are', { task, inputs: [input, input], count: 1 }, invalid('/count')),
    ...[0, 501, '5', 1.5].map((sample) => post(`sample ${shown(sample)}`, { task, input, sample }, invalid('/sample'))),
    post('terms that are none', { task, input, terms: { quality: 2 } }, invalid('/terms/quality')),
    post('avoiding the plain call', { task, input, avoid: ['direct'] }, invalid('/avoid/0')),
    post('what nobody knows', { task, input, ramp: [100] }, invalid('/ramp')),
    post('no such task', { task: 'review.mood', input }, { status: 422, code: 'task-unknown', pointer: '/task' }),
    post(
      'over the cap of the key',
      { task, input, terms: { maxCost: '1' } },
      { status: 403, code: 'key-limited' },
      smallKey,
    ),
    post('without its Idempotency-Key', { task, input }, { status: 400, code: 'idempotency-key-missing' }, strictKey),
  ];
};

/** The routes about money: quotes, budgets, receipts, usage and savings. */
export const badMoney: Kinds = {
  'money: key, scope or method': doors,
  'money: query parameter': parameters,
  'money: cursor': cursors,
  'money: no such thing': ids,
  'budget caps': caps,
  'bodies of quotes': bodies,
};
