import { closedSchema, ownTask } from '../own-task';
import { bearer, invalid, json, shown, type Case, type House, type Kinds } from './house';

const tasks = '/api/v1/tasks';

const posting =
  (key: string) =>
  (name: string, change: object | string, expect: Case['expect'], headers: Record<string, string> = {}): Case => ({
    name,
    method: 'POST',
    path: tasks,
    headers: { ...json(key), ...headers },
    body: typeof change === 'string' ? change : JSON.stringify({ ...ownTask, ...change }),
    expect,
  });

const field = (schema: unknown) => ({ output: closedSchema({ desk: schema as object }), checks: [] });
const check = (rule: object) => ({ checks: [rule] });
const sample = { input: ownTask.example };
const others = Array.from({ length: 5 }, (_, n) => ({ input: { message: `Another one, ${n}` } }));

const forms = ({ key, strictKey }: House): Case[] => {
  const post = posting(key);
  return [
    ...['', '{', '[]x'].map((text) => post(shown(text), text, { status: 400, code: 'malformed-body' })),
    post('a list', '[]', invalid('')),
    ...['name', 'input', 'output', 'prompt', 'example'].map((name) =>
      post(`no ${name}`, { [name]: undefined }, invalid(`/${name}`)),
    ),
    ...['mail', 'Acme.Mail', 'acme.', 'acme.sort_mail', 'acme.__proto__', `acme.${'x'.repeat(64)}`, 5].map((name) =>
      post(`the name ${shown(name)}`, { name }, invalid('/name')),
    ),
    ...['review.sentiment', 'content.market-research', 'winnow.judge'].map((name) =>
      post(`the name of a shipped task, ${name}`, { name }, invalid('/name')),
    ),
    post('a version of its own', { version: 3 }, invalid('/version')),
    post('a prompt over 32 KiB', { prompt: 'ä'.repeat(16_385) }, invalid('/prompt')),
    post('a prompt that is none', { prompt: ['x'] }, invalid('/prompt')),
    post('no such content', { content: 'poem' }, invalid('/content')),
    post('no such tier', { tier: 'free' }, invalid('/tier')),
    ...[0, 16_385, 1.5, '9'].map((maxTokens) =>
      post(`maxTokens ${shown(maxTokens)}`, { maxTokens }, invalid('/maxTokens')),
    ),
    ...[-0.1, 2.1, '0'].map((temperature) =>
      post(`temperature ${shown(temperature)}`, { temperature }, invalid('/temperature')),
    ),
    ...['0s', '31d', 60].map((deadline) => post(`deadline ${shown(deadline)}`, { deadline }, invalid('/deadline'))),
    post('look-alikes', { memory: { similar: true } }, invalid('/memory/similar')),
    post('a pack of eleven', { pack: { max: 11 } }, invalid('/pack/max')),
    post(
      '__proto__',
      JSON.stringify(ownTask).replace('"desk"', '"__proto__"'),
      invalid('/output/properties/__proto__'),
    ),
    post('no Idempotency-Key', {}, { status: 400, code: 'idempotency-key-missing' }, json(strictKey)),
  ];
};

const schemas = ({ key }: House): Case[] => {
  const post = posting(key);
  const at = '/output/properties/desk';
  return [
    post('a pattern', field({ type: 'string', pattern: '^(a+)+$' }), invalid(`${at}/pattern`)),
    post('a reference elsewhere', field({ $ref: 'https://example.com/a.json' }), invalid(`${at}/$ref`)),
    post('a reference to nothing', field({ $ref: '#/$defs/none' }), invalid(`${at}/$ref`)),
    post('a text for a schema', field('string'), invalid(at)),
    post('an open input', { input: { type: 'object', properties: {} } }, invalid('/input/additionalProperties')),
    post('no required output', { output: { ...ownTask.output, required: undefined } }, invalid('/output/required')),
    post('a list for an output', { output: { type: 'array', items: { type: 'string' } } }, invalid('/output/type')),
    post(
      'the name of a method',
      { output: closedSchema({ valueOf: { type: 'string' } }) },
      invalid('/output/properties/valueOf'),
    ),
    post('a place for no field', { prompt: 'Sort {{mail}}' }, invalid('/prompt')),
    post('a place for the prototype', { prompt: '{{__proto__}}' }, invalid('/prompt')),
    post('a template that would run', { prompt: '{{#if message}}{{message}}{{/if}}' }, invalid('/prompt')),
    post('an unknown check', check({ check: 'vibes', fields: ['quote'] }), invalid('/checks/0/check')),
    post('a check without fields', check({ check: 'filled', fields: [] }), invalid('/checks/0/fields')),
    post('a check of no field', check({ check: 'filled', fields: ['mood'] }), invalid('/checks/0/fields/0')),
    post(
      'a check of what is no number',
      check({ check: 'range', fields: ['quote'], min: 0 }),
      invalid('/checks/0/fields/0'),
    ),
    post(
      'a parameter that nobody knows',
      check({ check: 'filled', fields: ['quote'], least: 1 }),
      invalid('/checks/0/least'),
    ),
    post('a comparator of no field', { agree: { mood: 'equal' } }, invalid('/agree/mood')),
    post('an example that is no input', { example: { text: 'x' } }, invalid('/example/message')),
    post('a sample that is no input', { samples: [{ input: { message: 5 } }] }, invalid('/samples/0/input/message')),
    post(
      'what no answer can be expected',
      { samples: [{ ...sample, expected: { desk: 'lost' } }] },
      invalid('/samples/0/expected/desk'),
    ),
    post('six samples', { samples: others }, invalid('/samples')),
    post('more than a request may cost', { tier: 'premium', maxTokens: 16_384 }, invalid('/example')),
    post('what is wrong in form and beyond', { name: 'x', prompt: '{{mail}}' }, invalid('/prompt')),
  ];
};

const doors = ({ key, usageKey }: House): Case[] => {
  const absent = { status: 404, code: 'not-found' };
  const get = (name: string, path: string, expect: Case['expect']): Case => ({
    name,
    path,
    headers: bearer(key),
    expect,
  });
  const retire = (name: string, expect: Case['expect'], by = key): Case => ({
    name: `retire ${name}`,
    method: 'POST',
    path: `${tasks}/${name}/retire`,
    headers: bearer(by),
    expect,
  });
  return [
    {
      ...posting(key)('no key', {}, { status: 401, code: 'unauthenticated' }),
      headers: { 'content-type': 'application/json' },
    },
    posting(usageKey)('no scope', {}, { status: 403, code: 'forbidden' }),
    retire('acme.none', { status: 403, code: 'forbidden' }, usageKey),
    retire('acme.none', absent),
    retire('__proto__', absent),
    retire('review.sentiment', { status: 409, code: 'state-conflict' }),
    get('no such task', `${tasks}/acme.none`, absent),
    get('no such version', `${tasks}/review.sentiment?version=9`, absent),
    ...['0', '101', 'x'].map((limit) =>
      get(`limit ${limit}`, `${tasks}?limit=${limit}`, { status: 400, code: 'malformed-parameter', pointer: '/limit' }),
    ),
    get('a cursor of nobody', `${tasks}?after=${'A'.repeat(43)}`, { status: 400, code: 'cursor-invalid' }),
  ];
};

/** The routes by which tenants make tasks of their own. */
export const badTasks: Kinds = {
  'tasks: form': forms,
  'tasks: schemas, template, checks and samples': schemas,
  'tasks: key, scope or name': doors,
};
