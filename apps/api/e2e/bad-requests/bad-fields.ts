import { good, invalid, posting, shown, type Case, type House, type Kinds } from './house';

const tasks = ({ key }: House): Case[] => {
  const post = posting(key);
  const unknown = (pointer: string) => ({ status: 422, code: 'task-unknown', pointer });
  return [
    ...['review.mood', 'REVIEW.SENTIMENT', 'review', '../etc/passwd', "' OR 1=1 --", 'constructor'].map((task) =>
      post(`task ${task}`, { ...good, task }, unknown('/task')),
    ),
    post('a version that is not there', { ...good, version: 99 }, unknown('/version')),
    post('version 0', { ...good, version: 0 }, invalid('/version')),
    post('an empty name', { ...good, task: '' }, invalid('/task')),
    post('a long name', { ...good, task: 'x'.repeat(129) }, invalid('/task')),
  ];
};

/** Every field with values of every other type. */
const wrongTypes = ({ key }: House): Case[] => {
  const post = posting(key);
  const wrong: Record<string, unknown[]> = {
    task: [1, true, null, [], {}],
    input: ['text', 1, false, null, []],
    version: ['1', true, [], {}, 1.5],
    terms: ['cheap', 1, true, []],
    avoid: ['packed', 1, {}, true],
    metadata: ['a', 1, [], true],
  };
  const terms: Record<string, unknown[]> = {
    quality: ['0.8', true, [], {}],
    maxCost: [0.05, 1, true, [], {}],
    deadline: [60, true, [], {}],
    strict: ['yes', 1, [], {}],
  };
  return [
    ...Object.entries(wrong).flatMap(([field, values]) =>
      values.map((value) => post(`${field} ${shown(value)}`, { ...good, [field]: value }, invalid(`/${field}`))),
    ),
    ...Object.entries(terms).flatMap(([field, values]) =>
      values.map((value) =>
        post(`terms.${field} ${shown(value)}`, { ...good, terms: { [field]: value } }, invalid(`/terms/${field}`)),
      ),
    ),
    ...['x', 1, null, true, []].map((value) => post(`the body is ${shown(value)}`, JSON.stringify(value), invalid(''))),
  ];
};

const missing = ({ key }: House): Case[] => {
  const post = posting(key);
  return [
    post('nothing at all', {}, invalid('/task')),
    post('no task', { input: good.input }, invalid('/task')),
    post('no input', { task: good.task }, invalid('/input')),
    post('an input without text', { ...good, input: {} }, invalid('/input/text')),
    post('a product without title', { task: 'product.analyse', input: { description: 'x' } }, invalid('/input/title')),
  ];
};

const unknownFields = ({ key }: House): Case[] => {
  const post = posting(key);
  return [
    post('beside the task', { ...good, urgent: true }, invalid('/urgent')),
    post('with a slash', { ...good, 'a/b': 1 }, invalid('/a~1b')),
    post('in the terms', { ...good, terms: { price: '1' } }, invalid('/terms/price')),
    post('in the input', { ...good, input: { ...good.input, mood: 1 } }, invalid('/input/mood')),
    post('in snake case', { ...good, when_over: 'park' }, invalid('/when_over')),
    post('with other faults', { ...good, urgent: true, terms: { quality: 2 } }, invalid('/terms/quality')),
    post('with faults of the input', { ...good, urgent: true, input: {} }, invalid('/input/text')),
  ];
};

const terms = ({ key }: House): Case[] => {
  const post = posting(key);
  const money = [
    '-1',
    '-0.05',
    'NaN',
    '1e3',
    '0.0000000001',
    '',
    ' 0.05',
    '0.05 ',
    '.5',
    '5.',
    '0,05',
    '$0.05',
    '1234567890',
    '+1',
    '0x10',
  ];
  const deadlines = [
    '0s',
    '-1h',
    '31d',
    '721h',
    '43201m',
    '2592001s',
    '',
    '1',
    '1w',
    '1.5h',
    '1 h',
    'h',
    'PT1H',
    `${'9'.repeat(20)}s`,
  ];
  return [
    ...money.map((maxCost) =>
      post(`maxCost ${shown(maxCost)}`, { ...good, terms: { maxCost } }, invalid('/terms/maxCost')),
    ),
    ...[-0.1, 1.1, 2, -1, 100].map((quality) =>
      post(`quality ${quality}`, { ...good, terms: { quality } }, invalid('/terms/quality')),
    ),
    post(
      'an endless quality',
      '{"task":"review.sentiment","input":{"text":"x"},"terms":{"quality":1e999}}',
      invalid('/terms/quality'),
    ),
    ...deadlines.map((deadline) =>
      post(`deadline ${shown(deadline)}`, { ...good, terms: { deadline } }, invalid('/terms/deadline')),
    ),
  ];
};

const enums = ({ key }: House): Case[] => {
  const post = posting(key);
  return [
    ...['urgent', '', 'HIGH', 1, null].map((priority) =>
      post(`priority ${shown(priority)}`, { ...good, priority }, invalid('/priority')),
    ),
    ...['wait', '', true].map((whenOver) =>
      post(`whenOver ${shown(whenOver)}`, { ...good, whenOver }, invalid('/whenOver')),
    ),
    post('avoiding the plain call', { ...good, avoid: ['direct'] }, invalid('/avoid/0')),
    post('avoiding nothing known', { ...good, avoid: ['packed', 'slow'] }, invalid('/avoid/1')),
    post('avoiding seven lanes', { ...good, avoid: Array(7).fill('packed') }, invalid('/avoid')),
  ];
};

const inputs = ({ key }: House): Case[] => {
  const post = posting(key);
  const review = (input: unknown, pointer: string, name: string) =>
    post(name, { task: 'review.sentiment', input }, invalid(`/input/${pointer}`));
  const product = (more: object, pointer: string) =>
    post(
      `a product's ${pointer}`,
      { task: 'product.analyse', input: { title: 'Bottle', ...more } },
      invalid(`/input/${pointer}`),
    );
  return [
    review({ text: '' }, 'text', 'an empty text'),
    review({ text: 'x'.repeat(32_001) }, 'text', 'a long text'),
    review({ text: 5 }, 'text', 'a text that is a number'),
    review({ text: null }, 'text', 'a text that is null'),
    review({ text: 'x', detail: 'yes' }, 'detail', 'a detail that is a word'),
    review({ text: 'x', product: '' }, 'product', 'an empty product'),
    product({ price: 19.99 }, 'price'),
    product({ price: '-1' }, 'price'),
    product({ currency: 'EURO' }, 'currency'),
    product({ brand: 'x'.repeat(121) }, 'brand'),
    product({ description: 'x'.repeat(16_001) }, 'description'),
  ];
};

const metadata = ({ key }: House): Case[] => {
  const post = posting(key);
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
  return [
    post('seventeen pairs', { ...good, metadata: pairs(17) }, invalid('/metadata')),
    post('a value that is a number', { ...good, metadata: { a: 1 } }, invalid('/metadata/a')),
    post('a value that is null', { ...good, metadata: { a: null } }, invalid('/metadata/a')),
    post('a long value', { ...good, metadata: { a: 'x'.repeat(513) } }, invalid('/metadata/a')),
    post('a long key', { ...good, metadata: { ['k'.repeat(65)]: 'x' } }, invalid(`/metadata/${'k'.repeat(65)}`)),
    post('an empty key', { ...good, metadata: { '': 'x' } }, invalid('/metadata/')),
  ];
};

const costs = ({ key, smallKey }: House): Case[] => {
  const dear = { status: 422, code: 'request-cost-too-high', pointer: '/terms/maxCost' };
  const post = posting(key);
  return [
    ...['0', '0.0', '0.000000001', '0.00001'].map((maxCost) =>
      post(`a cap of ${maxCost}`, { ...good, terms: { maxCost } }, dear),
    ),
    posting(smallKey)(
      'over the cap of the key',
      { ...good, terms: { maxCost: '0.010000001' } },
      { status: 403, code: 'key-limited' },
    ),
    posting(smallKey)(
      'far over the cap of the key',
      { ...good, terms: { maxCost: '999999999' } },
      { status: 403, code: 'key-limited' },
    ),
  ];
};

/** Bodies of which single fields are wrong. */
export const badFields: Kinds = {
  'unknown task': tasks,
  'wrong type': wrongTypes,
  'missing field': missing,
  'unknown field': unknownFields,
  terms,
  'outside its list': enums,
  "the task's input": inputs,
  metadata,
  cost: costs,
};
