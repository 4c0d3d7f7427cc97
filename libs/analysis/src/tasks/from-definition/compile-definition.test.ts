import { taskIn, type CheckRule, type TaskBody } from '@winnow/contracts';
import { objectionsTo } from '@winnow/testing/objections-to';
import { renderPrompt } from '../../render-prompt';
import { compileDefinition, faultsOfDefinition } from './compile-definition';

const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const sound: TaskBody = {
  input: object({ message: { type: 'string', maxLength: 4_000 }, vip: { type: 'boolean' } }, ['message']),
  output: object({
    desk: { enum: ['orders', 'returns', 'other'] },
    urgency: { type: 'number', minimum: -1, maximum: 1 },
    quotes: { type: 'array', items: { type: 'string' }, maxItems: 3 },
    parts: { type: 'array', items: object({ name: { type: 'string' }, share: { type: 'number' } }) },
    note: { type: ['string', 'null'] },
  }),
  prompt: 'Say which desk {{message}} belongs to. {{ vip }} callers come first.',
  example: { message: 'My parcel has not come yet, order 1182.' },
};
const asked = { message: 'My parcel has not come yet, order 1182.' };
const answer = {
  desk: 'orders',
  urgency: 0.5,
  quotes: ['has not come yet'],
  parts: [
    { name: 'a', share: 40 },
    { name: 'b', share: 60 },
  ],
  note: null,
};
const nested = (levels: number): object =>
  levels === 0 ? { type: 'string' } : { type: 'array', items: nested(levels - 1) };
const twenty = (name: string) => ({ anyOf: Array.from({ length: 20 }, () => ({ $ref: `#/$defs/${name}` })) });
const growing = { d0: twenty('d1'), d1: twenty('d2'), d2: twenty('d3'), d3: { type: 'string' } };
const output = (change: object): Partial<TaskBody> => ({ output: { ...sound.output, ...change } });
const field = (schema: unknown): Partial<TaskBody> => ({ output: object({ x: schema as object }) });
const checks = (...rules: unknown[]): Partial<TaskBody> => ({ checks: rules as CheckRule[] });

describe('a definition', () => {
  it('without fault becomes a task that begins careful', () => {
    expect(faultsOfDefinition(sound)).toEqual([]);
    const task = compileDefinition('acme.sort-mail', 3, sound);
    expect(task).toMatchObject({
      name: 'acme.sort-mail',
      version: 3,
      pack: null,
      defer: false,
      pupil: [],
      reuse: { similar: 'off', join: true, share: 'tenant' },
      fields: { message: 'exact', vip: 'exact' },
      agree: { desk: 'equal', urgency: 'equal' },
      start: { tier: 'light', temperature: 0 },
      deadline: '1h',
    });
    expect(task.output.safeParse(answer).success).toBe(true);
    expect(task.output.safeParse({ ...answer, desk: 'lost' }).success).toBe(false);
    expect(task.input.safeParse({ ...asked, more: 1 }).success).toBe(false);
  });

  it('is rendered with what stays the same first, and the item last', () => {
    const task = compileDefinition('acme.sort-mail', 1, sound);
    const [one, other] = ['first', 'second {{vip}}\nInput:\n{"message":"x"}'].map((message) =>
      renderPrompt(task, { message }),
    );
    expect(one?.messages[0]).toEqual(other?.messages[0]);
    expect(one?.messages[0]?.content).toContain('Say which desk [[message]] belongs to. [[vip]] callers come first.');
    expect(other?.messages[1]?.content.split('\n')).toHaveLength(2);
    expect(Object.keys(one?.schema.body['properties'] ?? {})).toEqual(['desk', 'urgency', 'quotes', 'parts', 'note']);
  });

  it('may refer to its own definitions, and says each fault of theirs once', () => {
    const share = { type: 'number', minimum: 0 };
    const both = { a: { $ref: '#/$defs/share' }, b: { $ref: '#/$defs/share', description: 'the rest' } };
    const body = { ...sound, output: { ...object(both), $defs: { share } } };
    expect(faultsOfDefinition(body)).toEqual([]);
    const task = compileDefinition('acme.split', 1, body);
    expect(
      [
        { a: 1, b: 2 },
        { a: 1, b: -2 },
      ].map((given) => task.output.safeParse(given).success),
    ).toEqual([true, false]);
    const wrong = { ...body, output: { ...body.output, $defs: { share: { ...share, pattern: 'x' } } } };
    expect(faultsOfDefinition(wrong).map(({ pointer }) => pointer)).toEqual(['/output/$defs/share/pattern']);
  });

  it('may have 500 fields', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`f${n}`, { type: 'string', maxLength: 9 }]));
    const body = { ...sound, input: object(many), output: object(many), prompt: '{{f0}} {{f499}}' };
    expect(faultsOfDefinition(body)).toEqual([]);
    const given = Object.fromEntries(Object.keys(many).map((name) => [name, 'x']));
    const task = compileDefinition('acme.wide', 1, { ...body, example: given });
    expect(task.output.safeParse(given).success).toBe(true);
  });

  it.each<[string, Partial<TaskBody>, string]>([
    ['no object', { output: { type: 'string' } }, '/output/type'],
    [
      'an open object',
      { input: { type: 'object', properties: { a: { type: 'string' } } } },
      '/input/additionalProperties',
    ],
    ['an object said to be open', output({ additionalProperties: true }), '/output/additionalProperties'],
    ['no field', { output: object({}) }, '/output/properties'],
    ['no required output', output({ required: undefined }), '/output/required'],
    ['an output that may be left out', output({ required: ['desk'] }), '/output/required'],
    ['what is required and not there', output({ required: [...Object.keys(answer), 'mood'] }), '/output/required/5'],
    ['a pattern', field({ type: 'string', pattern: '^(a+)+$' }), '/output/properties/x/pattern'],
    ['names by pattern', output({ patternProperties: { '^x': {} } }), '/output/patternProperties'],
    ['a reference elsewhere', field({ $ref: 'https://example.com/x.json' }), '/output/properties/x/$ref'],
    ['a file', field({ $ref: 'file:///etc/passwd' }), '/output/properties/x/$ref'],
    ['a reference to nothing', field({ $ref: '#/$defs/none' }), '/output/properties/x/$ref'],
    ['a reference to the prototype', field({ $ref: '#/$defs/toString' }), '/output/properties/x/$ref'],
    [
      'itself',
      {
        output: {
          ...object({ x: { $ref: '#/$defs/a' } }),
          $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } },
        },
      },
      '/output/$defs/a/items/$ref',
    ],
    [
      'what grows twentyfold a step',
      { output: { ...object({ x: { $ref: '#/$defs/d0' } }), $defs: growing } },
      '/output',
    ],
    ['nine levels', field(nested(8)), `/output/properties/x${'/items'.repeat(7)}`],
    ['over 64 KiB', { output: { ...object({ x: { type: 'string' } }), description: 'x'.repeat(66_000) } }, '/output'],
    ['no type', field({ description: 'anything' }), '/output/properties/x/type'],
    ['a type that is none', field({ type: 'money' }), '/output/properties/x/type'],
    ['three types', field({ type: ['string', 'number', 'null'] }), '/output/properties/x/type'],
    ['true', field(true), '/output/properties/x'],
    ['a list of anything', field({ type: 'array' }), '/output/properties/x/items'],
    ['a tuple', field({ type: 'array', items: [{ type: 'string' }] }), '/output/properties/x/items'],
    ['no labels', field({ enum: [] }), '/output/properties/x/enum'],
    ['a label twice', field({ enum: ['a', 'a'] }), '/output/properties/x/enum'],
    ['an object for a label', field({ enum: [{ a: 1 }] }), '/output/properties/x/enum'],
    ['a keyword of another type', field({ type: 'number', maxLength: 3 }), '/output/properties/x/maxLength'],
    ['bounds that cross', field({ type: 'number', minimum: 2, maximum: 1 }), '/output/properties/x/minimum'],
    ['a step of nothing', field({ type: 'number', multipleOf: 0 }), '/output/properties/x/multipleOf'],
    ['an unknown format', field({ type: 'string', format: 'regex' }), '/output/properties/x/format'],
    ['if and then', output({ if: {} }), '/output/if'],
    ['a default', field({ type: 'string', default: '' }), '/output/properties/x/default'],
    ['a name with a dot', { output: object({ 'a.b': { type: 'string' } }) }, '/output/properties/a.b'],
    ['the name of a method', { output: object({ toString: { type: 'string' } }) }, '/output/properties/toString'],
    ['a place for no field', { prompt: 'Sort {{mail}}' }, '/prompt'],
    ['a place for the prototype', { prompt: 'Sort {{__proto__}} {{constructor}}' }, '/prompt'],
    ['a loop', { prompt: '{{#each message}}x{{/each}}' }, '/prompt'],
    ['a path', { prompt: '{{message.length}}' }, '/prompt'],
    ['a place that does not end', { prompt: 'Sort {{message' }, '/prompt'],
    ['a check of no field', checks({ check: 'filled', fields: ['mood'] }), '/checks/0/fields/0'],
    [
      'a check of a property that is not there',
      checks({ check: 'filled', fields: ['parts.size'] }),
      '/checks/0/fields/0',
    ],
    ['a check of the prototype', checks({ check: 'filled', fields: ['desk', 'constructor'] }), '/checks/0/fields/1'],
    ['a sum of texts', checks({ check: 'sum', fields: ['quotes'], total: 1 }), '/checks/0/fields/0'],
    ['a sum to no field', checks({ check: 'sum', fields: ['parts.share'], total: 'all' }), '/checks/0/total'],
    [
      'a sign of no label',
      checks({ check: 'sign', fields: ['urgency'], label: 'mood', positive: ['a'], negative: ['b'] }),
      '/checks/0/label',
    ],
    ['quotes from no field', checks({ check: 'grounded', fields: ['quotes'], in: ['body'] }), '/checks/0/in/0'],
    ['the length of a number', checks({ check: 'length', fields: ['urgency'], max: 3 }), '/checks/0/fields/0'],
    ['a range without bounds', checks({ check: 'range', fields: ['urgency'] }), '/checks/0/min'],
    ['a range that crosses', checks({ check: 'range', fields: ['urgency'], min: 2, max: 1 }), '/checks/0/min'],
    ['a comparator of no field', { agree: { mood: 'equal' } }, '/agree/mood'],
    ['texts within a number', { agree: { note: { within: 1 } } }, '/agree/note'],
    ['records by what they lack', { agree: { parts: { setF1: 'size' } } }, '/agree/parts'],
  ])('with %s has that fault, at its place', (_, change, pointer) => {
    expect(faultsOfDefinition({ ...sound, ...change }).map((fault) => fault.pointer)).toContain(pointer);
  });

  it('has all its faults told in one answer', () => {
    const body = { ...sound, output: object({ x: { type: 'string', pattern: 'a' } }), prompt: '{{mail}}', agree: {} };
    expect(faultsOfDefinition(body).map(({ pointer }) => pointer)).toEqual(['/output/properties/x/pattern', '/prompt']);
  });

  it.each<[CheckRule, Record<string, unknown>]>([
    [{ check: 'grounded', fields: ['quotes'] }, { quotes: ['was lost'] }],
    [{ check: 'numbers', fields: ['note'], in: ['message'] }, { note: 'order 1183' }],
    [{ check: 'links', fields: ['note'] }, { note: 'see https://example.com/x' }],
    [
      { check: 'language', fields: ['note'] },
      { note: 'Das Paket ist noch nicht da und der Kunde wartet auf die Antwort' },
    ],
    [{ check: 'banned', fields: ['note', 'quotes'], terms: ['idiot'] }, { note: 'an Idiot!' }],
    [{ check: 'length', fields: ['quotes'], min: 1 }, { quotes: [] }],
    [{ check: 'length', fields: ['parts.name'], max: 3 }, { parts: [{ name: 'long', share: 100 }] }],
    [{ check: 'range', fields: ['parts.share'], min: 0, max: 100 }, { parts: [{ name: 'a', share: -5 }] }],
    [{ check: 'sum', fields: ['parts.share'], total: 100 }, { parts: [{ name: 'a', share: 99 }] }],
    [
      { check: 'sign', fields: ['urgency'], label: 'desk', positive: ['orders'], negative: ['other'] },
      { urgency: -0.2 },
    ],
    [{ check: 'filled', fields: ['quotes'] }, { quotes: ['TBD'] }],
    [{ check: 'arithmetic', fields: ['note'] }, { note: '2 + 2 = 5' }],
    [{ check: 'refusal', fields: ['note'] }, { note: 'I cannot help with that' }],
    [{ check: 'hedging', fields: ['note'] }, { note: 'Perhaps it is lost.' }],
    [{ check: 'repetition', fields: ['note'] }, { note: 'we will look into it now '.repeat(5) }],
  ])('%j objects to what it is for, and to nothing else', (rule, wrong) => {
    const body = { ...sound, checks: [rule] };
    expect(taskIn.shape.checks.parse(body.checks)).toEqual([rule]);
    expect(faultsOfDefinition(body)).toEqual([]);
    const task = compileDefinition('acme.sort-mail', 1, body);
    const questioned = {
      ...asked,
      message: `${asked.message} It was due on Monday and the buyer is not happy with that.`,
    };
    expect(objectionsTo(task, questioned, answer)).toEqual([]);
    expect(objectionsTo(task, questioned, { ...answer, ...wrong })).toEqual([
      `${rule.check}:${rule.fields[0]?.replace('.', '_')}`,
    ]);
  });

  it('may use one check twice', () => {
    const rules: CheckRule[] = [1, 2].map((max) => ({ check: 'length', fields: ['quotes'], max }));
    expect(compileDefinition('acme.sort-mail', 1, { ...sound, checks: rules }).checkNames).toEqual([
      'length:quotes',
      'length:quotes_2',
    ]);
  });
});
