/** What a streamed answer has told so far: a whole member of it, or a piece of a text that is still being written. */
export type Part =
  | { readonly kind: 'begun'; readonly key: string }
  | { readonly kind: 'field'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'text'; readonly key: string; readonly text: string };

const mostChars = 1_048_576;
const isHigh = (text: string): boolean => /[\ud800-\udbff]$/.test(text);

interface Value {
  readonly key: string;
  raw: string;
  /** how much of the text has been told, as characters of `raw` */
  told: number;
  depth: number;
  inString: boolean;
  /** characters that an escape still lacks */
  escape: number;
  over: boolean;
}

const begin = (key: string): Value => ({
  key,
  raw: '',
  told: 1,
  depth: 0,
  inString: false,
  escape: 0,
  over: false,
});

const stepInString = (value: Value, char: string): void => {
  if (value.escape > 0)
    value.escape = value.escape === 1 && char === 'u' && value.raw.endsWith('\\') ? 4 : value.escape - 1;
  else if (char === '\\') value.escape = 1;
  else if (char === '"') {
    value.inString = false;
    value.over = value.depth === 0;
  }
  value.raw += char;
};

/** Takes one character into a value; false: the value has ended before it. */
const step = (value: Value, char: string): boolean => {
  if (value.inString) stepInString(value, char);
  else if (value.depth === 0 && (char === ',' || char === '}')) return false;
  else if (value.raw !== '' || char.trim() !== '') {
    value.raw += char;
    if (char === '"') value.inString = true;
    if (char === '{' || char === '[') value.depth += 1;
    if (char === '}' || char === ']') {
      value.depth -= 1;
      value.over = value.depth === 0;
    }
  }
  return true;
};

const parse = (raw: string): unknown => {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
};

/** What is new of a text; nothing where it would be cut in an escape or in a pair of surrogates. */
const newText = (value: Value): string => {
  if (!value.raw.startsWith('"') || value.escape > 0) return '';
  const end = value.over ? value.raw.length - 1 : value.raw.length;
  const text = parse(`"${value.raw.slice(value.told, end)}"`);
  if (typeof text !== 'string' || (isHigh(text) && !value.over)) return '';
  value.told = end;
  return text.toWellFormed().replaceAll('\u0000', '');
};

/**
 * Reads a JSON object as it is written, member by member of its top. It judges nothing: what turns out to be no JSON is silence here, and a
 * fault where the whole answer is read.
 */
export const createPartReader = (isText: (key: string) => boolean) => {
  let seen = 0;
  let key: string | null = null;
  let value: Value | null = null;
  const read = (char: string, parts: Part[]): void => {
    if (value === null) {
      // Between members: only a key in quotes and the colon behind it count.
      if (key === null) key = char === '"' ? char : null;
      else if (char === ':' && typeof parse(key) === 'string') {
        value = begin(String(parse(key)));
        parts.push({ kind: 'begun', key: value.key });
      } else if (char.trim() !== '' || typeof parse(key) !== 'string') key += char;
      return;
    }
    const taken = step(value, char);
    if (taken && !value.over) return;
    tellText(parts);
    const whole = parse(value.raw);
    if (whole !== undefined) parts.push({ kind: 'field', key: value.key, value: whole });
    value = null;
    key = null;
  };
  const tellText = (parts: Part[]): void => {
    if (value === null || !isText(value.key)) return;
    const text = newText(value);
    if (text !== '') parts.push({ kind: 'text', key: value.key, text });
  };
  return (text: string): Part[] => {
    const parts: Part[] = [];
    seen += text.length;
    if (seen > mostChars) return parts;
    for (const char of text.split('')) read(char, parts);
    tellText(parts);
    return parts;
  };
};
