import { z } from 'zod';
import { environment } from '../libs/contracts/src/config';
import { readExample } from './testing/env-example';

/** Read by docker-compose.yml alone. */
const composeOnly = ['COMPOSE_PROFILES', 'POSTGRES_PASSWORD', 'POSTGRES_PORT', 'REDIS_PORT'];
/** Where the example says something else than the standard, because it starts the demo. */
const ownValues: Readonly<Record<string, string>> = {
  SANDBOX_URL: 'http://sandbox:4010',
  WINNOW_INIT_TENANT: 'main',
};

const example = readExample();
const known = Object.keys(environment.shape);

const schemaOf = (name: string): z.ZodType => environment.shape[name as keyof typeof environment.shape];

const standardOf = (name: string): string => {
  const { success, data } = schemaOf(name).safeParse(undefined);
  return success && data !== undefined ? String(data) : '';
};

/** A number's bounds or a choice's words, in the form in which a person reads them. */
const limitsOf = (name: string): string[] => {
  const schema = schemaOf(name);
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  if (inner instanceof z.ZodNumber) return [`${inner.minValue} to ${inner.maxValue}`];
  return inner instanceof z.ZodEnum ? inner.options.map(String) : [];
};

describe('.env.example', () => {
  it('names every variable that Winnow reads, and no other', () => {
    expect(example.map(({ name }) => name).sort()).toEqual([...known, ...composeOnly].sort());
  });

  it.each(known)('%s has its standard as value and its limits in the comment', (name) => {
    const line = example.find((each) => each.name === name);
    expect(line?.value).toBe(ownValues[name] ?? standardOf(name));
    for (const limit of limitsOf(name)) expect(line?.comment).toContain(limit);
  });

  it('explains every variable', () => {
    expect(example.filter(({ comment }) => !/[a-z]{3}/.test(comment)).map(({ name }) => name)).toEqual([]);
  });

  it('has no secret in it', () => {
    const secrets = example.filter(({ name }) => /KEY$|PASSWORD$|SECRET$|TOKEN$/.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    for (const { value } of secrets) expect(value).toBe('');
  });
});
