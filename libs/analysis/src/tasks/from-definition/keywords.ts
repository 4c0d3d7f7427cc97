/** A JSON Schema, or what somebody sent for one. */
export type Schema = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 2_000;
const isScalar = (value: unknown): boolean =>
  value === null || isText(value) || typeof value === 'boolean' || isNumber(value);

export const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
const isType = (value: unknown): boolean => (types as readonly unknown[]).includes(value);
const formats = ['date', 'date-time', 'email', 'uri', 'uuid', 'ipv4'];
const mostLabels = 500;

interface Keyword {
  readonly holds: (value: unknown) => boolean;
  readonly has: string;
  /** the type that it goes with; null: any */
  readonly of: 'object' | 'array' | 'string' | 'number' | null;
}

const keyword = (of: Keyword['of'], has: string, holds: Keyword['holds']): Keyword => ({ of, has, holds });

/** The keywords that are taken. What is looked into further (properties, items, anyOf, $ref) is only known by name here. */
export const keywords = new Map<string, Keyword>([
  [
    'type',
    keyword(
      null,
      `one of ${types.join(', ')}, or a list of one of them and "null"`,
      (value) =>
        isType(value) ||
        (Array.isArray(value) &&
          value.length === 2 &&
          value.every(isType) &&
          value[1] === 'null' &&
          value[0] !== 'null'),
    ),
  ],
  ['title', keyword(null, 'a text of at most 2,000 characters', isText)],
  ['description', keyword(null, 'a text of at most 2,000 characters', isText)],
  [
    'enum',
    keyword(
      null,
      `1 to ${mostLabels} different texts, numbers, booleans or nulls`,
      (value) =>
        Array.isArray(value) &&
        value.length >= 1 &&
        value.length <= mostLabels &&
        value.every(isScalar) &&
        new Set(value).size === value.length,
    ),
  ],
  ['const', keyword(null, 'a text, number, boolean or null', isScalar)],
  [
    'anyOf',
    keyword(
      null,
      'a list of 1 to 20 schemas',
      (value) => Array.isArray(value) && value.length >= 1 && value.length <= 20,
    ),
  ],
  [
    '$ref',
    keyword(
      null,
      'of the form "#/$defs/NAME"; nothing is fetched from elsewhere',
      (value) => typeof value === 'string' && /^#\/\$defs\/\w{1,64}$/.test(value),
    ),
  ],
  ['properties', keyword('object', 'an object of schemas', isRecord)],
  [
    'required',
    keyword(
      'object',
      'a list of different names',
      (value) =>
        Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length,
    ),
  ],
  ['additionalProperties', keyword('object', 'false: objects are closed', (value) => value === false)],
  ['items', keyword('array', 'a schema', isRecord)],
  ['minItems', keyword('array', 'a whole number from 0', isCount)],
  ['maxItems', keyword('array', 'a whole number from 0', isCount)],
  ['minLength', keyword('string', 'a whole number from 0', isCount)],
  ['maxLength', keyword('string', 'a whole number from 0', isCount)],
  ['format', keyword('string', `one of ${formats.join(', ')}`, (value) => formats.includes(value as string))],
  ['minimum', keyword('number', 'a number', isNumber)],
  ['maximum', keyword('number', 'a number', isNumber)],
  ['exclusiveMinimum', keyword('number', 'a number', isNumber)],
  ['exclusiveMaximum', keyword('number', 'a number', isNumber)],
  ['multipleOf', keyword('number', 'a number over 0', (value) => isNumber(value) && (value as number) > 0)],
]);

/** Why a keyword that many schemas have is not taken, where the list alone would not say it. */
export const refusedBecause = new Map([
  ['pattern', 'a regular expression of somebody else can hang a process: use enum, format, or bounds of the length'],
  ['patternProperties', 'a regular expression of somebody else can hang a process: name the properties'],
  ['default', 'a field that may be left out is one that is not in required'],
  ['oneOf', 'use anyOf'],
  ['allOf', 'write the properties into one object'],
]);

/** A lower bound and the upper bound that it may not be over. */
export const boundPairs = [
  ['minItems', 'maxItems'],
  ['minLength', 'maxLength'],
  ['minimum', 'maximum'],
  ['exclusiveMinimum', 'exclusiveMaximum'],
] as const;
