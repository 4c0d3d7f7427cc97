import Ajv from 'ajv';
import { fitSchema } from './fit-schema';
import { synthesise } from './synthesise';

const ajv = new Ajv({ strict: false, validateFormats: false });
const source = (seed: number) => ({ seed, words: 'solid oak table with a drawer'.split(' ') });

const object = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

test.each<[string, object]>([
  ['enum and bounds', object({ label: { enum: ['a', 'b'] }, score: { type: 'number', minimum: -1, maximum: 1 } })],
  [
    'whole numbers',
    object({ n: { type: 'integer', exclusiveMinimum: 3, maximum: 5 }, m: { type: 'integer', maximum: -7 } }),
  ],
  ['steps', object({ n: { type: 'number', multipleOf: 0.25, minimum: 0.1, maximum: 0.8 } })],
  ['arrays', object({ tags: { type: 'array', items: { type: 'string', maxLength: 5 }, minItems: 2, maxItems: 4 } })],
  ['no items', object({ tags: { type: 'array', items: { type: 'string' }, maxItems: 0 } })],
  ['long strings', object({ text: { type: 'string', minLength: 80, maxLength: 90 } })],
  ['a pattern', object({ colour: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' } })],
  [
    'null or text',
    object({ note: { type: ['string', 'null'] }, other: { anyOf: [{ type: 'null' }, { type: 'integer' }] } }),
  ],
  ['const and flags', object({ kind: { const: 'x' }, on: { type: 'boolean' }, nothing: { type: 'null' } })],
  ['optional left out', object({ a: { type: 'string' }, b: { type: 'string' } }, ['a'])],
  [
    'references',
    { ...object({ part: { $ref: '#/$defs/part' } }), $defs: { part: object({ id: { type: 'integer' } }) } },
  ],
  [
    'all of',
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', properties: { b: { type: 'integer' } }, required: ['b'] },
      ],
    },
  ],
])('makes a valid instance: %s', (_, schema) => {
  const validate = ajv.compile(schema);
  for (let seed = 0; seed < 50; seed += 1) {
    const made = synthesise(schema, source(seed));
    expect({ made, errors: validate(made) ? null : validate.errors }).toEqual({ made, errors: null });
  }
});

test('equal seeds give equal instances, and seeds differ', () => {
  const schema = object({ n: { type: 'integer', minimum: 0, maximum: 1_000 }, text: { type: 'string' } });
  expect(synthesise(schema, source(4))).toEqual(synthesise(schema, source(4)));
  const all = new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(synthesise(schema, source(seed)))));
  expect(all.size).toBeGreaterThan(15);
});

test('a schema that refers to itself ends', () => {
  const schema = { ...object({ next: { $ref: '#' } }) };
  expect(JSON.stringify(synthesise(schema, source(1))).length).toBeLessThan(1_000);
});

const keep = { optional: ['topics'], isDetailed: false };

test('an answer is fitted to the schema it is asked in', () => {
  const answer = { sentiment: 'positive', score: 0.5, topics: ['x', 'y'], extra: 1 };
  const scored = { sentiment: { enum: ['positive', 'negative'] }, score: { type: 'number' } };
  expect(fitSchema(answer, object(scored), keep, source(1))).toEqual({ sentiment: 'positive', score: 0.5 });
  const nullable = object({ topics: { type: ['array', 'null'] }, score: {} });
  expect(fitSchema(answer, nullable, keep, source(1))).toEqual({ topics: null, score: 0.5 });
  const demanded = object({ topics: { type: 'array', maxItems: 1 }, reason: { type: 'string' } });
  expect(fitSchema(answer, demanded, keep, source(1))).toEqual({ topics: ['x'], reason: expect.any(String) });
  const renamed = object({ sentiment: { enum: ['POSITIVE', 'NEGATIVE'] } });
  expect(fitSchema(answer, renamed, keep, source(1))).toEqual({ sentiment: 'POSITIVE' });
});
