import { encodeId, newId } from '@winnow/kernel';
import { bearer, good, jobs, json, posting, shown, type Case, type House, type Kinds } from './house';

const reads = (job: string): string[] => [
  jobs,
  `${jobs}/${job}`,
  `${jobs}/${job}/receipt`,
  `${jobs}/${job}/attempts`,
  `${jobs}/${job}/events`,
  '/api/v1/tasks',
  '/api/v1/tasks/review.sentiment',
];
const writes = (job: string): string[] => [jobs, `${jobs}/${job}/cancel`];

const noKey = ({ job }: House): Case[] => [
  ...[...reads(job), '/api/v1/keys/self'].map((path) => ({
    name: `GET ${path}`,
    path,
    expect: { status: 401, code: 'unauthenticated' },
  })),
  ...writes(job).map((path) => ({
    name: `POST ${path}`,
    method: 'POST',
    path,
    expect: { status: 401, code: 'unauthenticated' },
  })),
];

// Ten in a minute are all that one address has: the eleventh is the case behind this table.
const badKey = (at: House): Case[] =>
  Object.entries({
    unknown: `Bearer ${at.unknownKey}`,
    revoked: `Bearer ${at.revokedKey}`,
    expired: `Bearer ${at.expiredKey}`,
    mistyped: `Bearer ${at.key.slice(0, -1)}${at.key.endsWith('0') ? '1' : '0'}`,
    short: `Bearer ${at.key.slice(0, 20)}`,
    'of another house': 'Bearer sk-proj-1234567890',
    'without its scheme': at.key,
    'as basic authentication': `Basic ${Buffer.from(at.key).toString('base64')}`,
  }).map(([name, authorization]) => ({
    name: `a key that is ${name}`,
    path: jobs,
    headers: { authorization },
    expect: { status: 401, code: 'unauthenticated' },
  }));

const wrongScope = ({ usageKey, job }: House): Case[] => [
  ...reads(job).map((path) => ({
    name: `GET ${path}`,
    path,
    headers: bearer(usageKey),
    expect: { status: 403, code: 'forbidden' },
  })),
  ...writes(job).map((path) => ({
    name: `POST ${path}`,
    method: 'POST',
    path,
    headers: json(usageKey),
    body: JSON.stringify(good),
    expect: { status: 403, code: 'forbidden' },
  })),
];

const parameters = ({ key, job }: House): Case[] => {
  const get = (path: string, pointer: string): Case => ({
    name: path,
    path,
    headers: bearer(key),
    expect: { status: 400, code: 'malformed-parameter', pointer },
  });
  return [
    ...['limit=0', 'limit=101', 'limit=-1', 'limit=ten', 'limit=', 'limit=1.5'].map((query) =>
      get(`${jobs}?${query}`, '/limit'),
    ),
    get(`${jobs}?limit=5&limit=6`, '/limit'),
    get(`${jobs}?offset=10`, '/offset'),
    get(`${jobs}?order=newest`, '/order'),
    get(`${jobs}?state=done`, '/state'),
    get(`${jobs}?state=queued&state=x`, '/state'),
    get(`${jobs}?task=a&task=b`, '/task'),
    get(`${jobs}?batch=1`, '/batch'),
    get(`${jobs}?retryOf=job_1`, '/retryOf'),
    get(`${jobs}?lane=fast`, '/lane'),
    get(`${jobs}?createdAfter=yesterday`, '/createdAfter'),
    get(`${jobs}?createdBefore=2026-02-30T00:00:00Z`, '/createdBefore'),
    get(`${jobs}?costOver=-1`, '/costOver'),
    get(`${jobs}?scoreUnder=2`, '/scoreUnder'),
    get(`${jobs}?metadata=x`, '/metadata'),
    get(`${jobs}?metadata[a]=1&metadata[b]=1&metadata[c]=1&metadata[d]=1`, '/metadata'),
    get(`${jobs}?metadata[a]=1&metadata[a]=2`, '/metadata'),
    get(`${jobs}?metadata[a]=1&metadata=2`, '/metadata'),
    get(`${jobs}?__proto__=1`, '/__proto__'),
    get(`${jobs}/${job}?verbose=1`, '/verbose'),
    get(`${jobs}/${job}/receipt?format=pdf`, '/format'),
    get(`${jobs}/${job}/events?from=1`, '/from'),
    get('/api/v1/tasks?offset=1', '/offset'),
    get('/api/v1/tasks/review.sentiment?version=0', '/version'),
    get('/api/v1/tasks/review.sentiment?version=latest', '/version'),
    get('/api/v1/keys/self?secret=1', '/secret'),
    {
      ...posting(key)('POST', good, { status: 400, code: 'malformed-parameter', pointer: '/wait' }),
      path: `${jobs}?wait=10`,
    },
  ];
};

const cursors = ({ key, cursor }: House): Case[] =>
  [
    `after=${cursor.slice(0, -1)}`,
    `after=${cursor}A`,
    `after=${'A'.repeat(43)}`,
    'after=x',
    `after=${cursor}&task=other`,
    `after=${cursor}&order=asc`,
    `after=${cursor}&state=queued`,
  ].map((query) => ({
    name: query,
    path: `${jobs}?limit=1&${query}`,
    headers: bearer(key),
    expect: { status: 400, code: 'cursor-invalid' },
  }));

const ids = ({ key, job, foreignJob }: House): Case[] => {
  const absent = { status: 404, code: 'not-found' };
  const wrong = [
    'x',
    'job_',
    'job_1',
    job.toLowerCase(),
    `${job}0`,
    job.replace('job_', 'rcpt_'),
    `job_8${job.slice(5)}`,
    '%zz',
    '%00',
    "1'--",
    newId('job'),
    encodeId('job', '00000000-0000-0000-0000-000000000000'),
  ];
  return [
    ...wrong.map((id) => ({ name: `GET ${id}`, path: `${jobs}/${id}`, headers: bearer(key), expect: absent })),
    ...['', '/receipt', '/attempts', '/events'].map((rest) => ({
      name: `another tenant's job${rest}`,
      path: `${jobs}/${foreignJob}${rest}`,
      headers: bearer(key),
      expect: absent,
    })),
    ...[foreignJob, 'job_1'].map((id) => ({
      name: `POST ${id === 'job_1' ? id : "another tenant's job"}/cancel`,
      method: 'POST',
      path: `${jobs}/${id}/cancel`,
      headers: bearer(key),
      expect: absent,
    })),
    ...['review.mood', 'x', '%2e%2e'].map((name) => ({
      name: `task ${name}`,
      path: `/api/v1/tasks/${name}`,
      headers: bearer(key),
      expect: absent,
    })),
    { name: 'a version', path: '/api/v1/tasks/review.sentiment?version=99', headers: bearer(key), expect: absent },
    { name: 'a receipt before its time', path: `${jobs}/${job}/receipt`, headers: bearer(key), expect: absent },
  ];
};

const idempotency = ({ key, strictKey, job }: House): Case[] => {
  const post = posting(key);
  const wrong = { status: 400, code: 'idempotency-key-invalid' };
  return [
    ...['', '""', '"open', 'x'.repeat(256), 'caf\xe9'].map((text) =>
      post(`the key ${shown(text)}`, good, wrong, { 'idempotency-key': text }),
    ),
    post(
      'used for another body',
      { ...good, priority: 'high' },
      { status: 422, code: 'idempotency-key-reused' },
      { 'idempotency-key': 'first' },
    ),
    posting(strictKey)('none where one is asked for', good, { status: 400, code: 'idempotency-key-missing' }),
    {
      name: 'none where one is asked for, on a cancel',
      method: 'POST',
      path: `${jobs}/${job}/cancel`,
      headers: bearer(strictKey),
      expect: { status: 400, code: 'idempotency-key-missing' },
    },
  ];
};

const routes = ({ key, job }: House): Case[] => {
  const wrongMethod = { status: 405, code: 'method-not-allowed' };
  const absent = { status: 404, code: 'not-found' };
  const methods: [string, string][] = [
    ['PUT', jobs],
    ['DELETE', jobs],
    ['PATCH', `${jobs}/${job}`],
    ['DELETE', `${jobs}/${job}`],
    ['GET', `${jobs}/${job}/cancel`],
    ['POST', `${jobs}/${job}/receipt`],
    ['DELETE', '/api/v1/tasks'],
    ['DELETE', '/api/v1/keys/self'],
    ['POST', '/healthz'],
    ['OPTIONS', jobs],
  ];
  return [
    ...methods.map(([method, path]) => ({
      name: `${method} ${path}`,
      method,
      path,
      headers: bearer(key),
      expect: wrongMethod,
    })),
    ...[
      '/api',
      '/api/v1',
      '/api/v2/jobs',
      '/api/v1/job',
      `${jobs}/${job}/secrets`,
      '/v1/nothing',
      '/problems/nothing',
      '/.env',
      '/api/v1/..%2f..%2fetc',
    ].map((path) => ({ name: `GET ${path}`, path, headers: bearer(key), expect: absent })),
  ];
};

const headers = ({ key, job }: House): Case[] => {
  const post = posting(key);
  const unacceptable = { status: 406, code: 'not-acceptable' };
  return [
    ...['text/html', 'application/xml', 'application/json;q=0'].map((accept) =>
      post(`Accept: ${accept}`, good, unacceptable, { accept }),
    ),
    post(
      'a stream of what is refused',
      { ...good, terms: { deadline: '0s' } },
      { status: 422, code: 'invalid', pointer: '/terms/deadline' },
      { accept: 'text/event-stream' },
    ),
    post(
      'a stream of an unknown task',
      { ...good, task: 'no.such', terms: { deadline: '60s' } },
      { status: 422, code: 'task-unknown' },
      { accept: 'text/event-stream' },
    ),
    {
      ...post('a stream of a quote', good, unacceptable, { accept: 'text/event-stream' }),
      path: `${jobs}?dryRun=true`,
    },
    {
      name: 'JSON where a stream is sent',
      path: `${jobs}/${job}/events`,
      headers: { ...bearer(key), accept: 'application/json' },
      expect: unacceptable,
    },
    {
      name: 'a URL of 9 KiB',
      path: `${jobs}?after=${'x'.repeat(9_216)}`,
      headers: bearer(key),
      expect: { status: 414, code: 'uri-too-long' },
    },
    { name: 'a URL of 40 KiB', path: `/${'x'.repeat(40_960)}`, expect: { status: 414, code: 'uri-too-long' } },
    {
      name: 'headers of 17 KiB',
      path: jobs,
      headers: { ...bearer(key), 'x-long': 'x'.repeat(17_408) },
      expect: { status: 431, code: 'headers-too-large' },
    },
    {
      name: 'headers of 70 KiB',
      path: jobs,
      headers: { ...bearer(key), 'x-long': 'x'.repeat(71_680) },
      expect: { status: 431, code: 'headers-too-large' },
    },
  ];
};

const board = (): Case[] => [
  { name: 'the board without a session', path: '/queues', expect: { status: 401, code: 'unauthenticated' } },
  { name: 'its data without a session', path: '/queues/api/queues', expect: { status: 401, code: 'unauthenticated' } },
  {
    name: 'with a made-up session',
    path: '/queues/api/queues',
    headers: { cookie: 'winnow_operator=99999999999.x' },
    expect: { status: 401, code: 'unauthenticated' },
  },
  {
    name: 'a login from another site',
    method: 'POST',
    path: '/queues/login',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'user=operator&password=x',
    expect: { status: 403, code: 'forbidden' },
  },
  {
    name: 'a login as JSON',
    method: 'POST',
    path: '/queues/login',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    expect: { status: 415, code: 'unsupported-media-type' },
  },
];

/** Requests that do not get as far as their body. */
export const badDoors: Kinds = {
  'no key': noKey,
  'bad key': badKey,
  'wrong scope': wrongScope,
  'query parameter': parameters,
  cursor: cursors,
  'no such thing': ids,
  'Idempotency-Key': idempotency,
  'method or path': routes,
  headers,
  'operator login': board,
};
