/** What may come next, by what has been read. */
type Expecting = 'value' | 'value-or-end' | 'key-or-end' | 'key' | 'colon' | 'comma-or-end' | 'nothing';

export interface JsonTextFault {
  /** in UTF-16 code units */
  readonly at: number;
  readonly expected: string;
}

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
const hex4 = /[0-9a-fA-F]{4}/y;
const escapes = '"\\/bfnrt';

const expected: Record<Expecting, string> = {
  value: 'a value',
  'value-or-end': 'a value or ]',
  'key-or-end': 'a key in double quotes or }',
  key: 'a key in double quotes',
  colon: 'a colon',
  'comma-or-end': 'a comma or the end of the list or object',
  nothing: 'the end of the text',
};

const matchEnd = (pattern: RegExp, text: string, at: number): number | null => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
};

/** Where a string that begins at `at` ends, or at which character it breaks. */
const readString = (text: string, at: number): { end: number } | { fault: number } => {
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text[i] as string;
    if (char === '"') return { end: i + 1 };
    if (char < ' ') return { fault: i };
    if (char !== '\\') continue;
    const escape = text[i + 1] ?? '';
    const end = escape === 'u' ? matchEnd(hex4, text, i + 2) : escape !== '' && escapes.includes(escape) ? i + 2 : null;
    if (end === null) return { fault: i };
    i = end - 1;
  }
  return { fault: text.length };
};

/**
 * The place at which a text that JSON.parse has refused stops being JSON: the engine's own message names none for short texts. Its
 * stack is an array, so that deep nesting costs memory by the byte and never the call stack.
 */
export const findJsonFault = (text: string): JsonTextFault => {
  const open: ('{' | '[')[] = [];
  let expecting: Expecting = 'value';
  let at = 0;
  const after = (): Expecting => (open.length === 0 ? 'nothing' : 'comma-or-end');
  for (;;) {
    at = matchEnd(space, text, at) ?? at;
    const char = text[at];
    const fault = { at, expected: expected[expecting] };
    if (char === undefined || expecting === 'nothing') return fault;
    if (expecting === 'colon') {
      if (char !== ':') return fault;
      expecting = 'value';
      at += 1;
    } else if ((char === '}' || char === ']') && expecting.endsWith('-or-end')) {
      if (open.pop() !== (char === '}' ? '{' : '[') || expecting === (char === '}' ? 'value-or-end' : 'key-or-end'))
        return fault;
      expecting = after();
      at += 1;
    } else if (expecting === 'comma-or-end') {
      if (char !== ',') return fault;
      expecting = open.at(-1) === '{' ? 'key' : 'value';
      at += 1;
    } else if (char === '"') {
      const string = readString(text, at);
      if ('fault' in string) return { at: string.fault, expected: 'the rest of the text in quotes' };
      expecting = expecting.startsWith('key') ? 'colon' : after();
      at = string.end;
    } else if (expecting.startsWith('key')) return fault;
    else if (char === '{' || char === '[') {
      open.push(char);
      expecting = char === '{' ? 'key-or-end' : 'value-or-end';
      at += 1;
    } else {
      const end = matchEnd(number, text, at) ?? matchEnd(word, text, at);
      if (end === null) return fault;
      expecting = after();
      at = end;
    }
  }
};
