type Pairs = Record<string, string>;
export type Query = Record<string, string | string[] | Pairs>;

const bracketed = /^([^[\]]+)\[([^[\]]+)\]$/;
// Named here, where it is made, since `x[__proto__]=1` must stay a member like any other.
const bare = <Value>(): Record<string, Value> => Object.create(null) as Record<string, Value>;

/** `a=1&b=2&b=3&m[k]=v` is `{a: '1', b: ['2', '3'], m: {k: 'v'}}`: what may be repeated or nested is the schema's to say. */
export const parseQuery = (text: string | null | undefined): Query => {
  const query: Query = bare();
  for (const [name, value] of new URLSearchParams(text ?? '')) {
    const [, outer, inner] = bracketed.exec(name) ?? [];
    const key = outer ?? name;
    const known = query[key];
    if (inner !== undefined) {
      if (known === undefined) query[key] = Object.assign(bare<string>(), { [inner]: value });
      else if (typeof known === 'object' && !Array.isArray(known) && !(inner in known)) known[inner] = value;
      // Mixed or repeated: as a list it fits no schema, and is refused with its name.
      else query[key] = [value, value];
    } else if (known === undefined) query[key] = value;
    else query[key] = Array.isArray(known) ? [...known, value] : [typeof known === 'string' ? known : '', value];
  }
  return query;
};
