import { join } from 'node:path';
import ts from 'typescript';

const FIXTURE = join(__dirname, 'path.fixture.ts');
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};

const STAGES = `
import { Path, type Stage } from './path';
declare const clock: Parameters<typeof Path.from>[0];
interface Ask { readonly text: string }
interface Answer { readonly label: string }
interface Price { readonly priceNano: bigint }
interface Hold { readonly holdId: string }
declare const price: Stage<Ask, Price, Answer>;
const hold = (): Stage<Price, Hold, Answer> => ({
  name: 'hold',
  enter: async (flow) => (flow.priceNano > 5n ? { answer: { label: 'dear' }, note: 'refused' } : { add: { holdId: 'h' } }),
  leave: async (flow, outcome) => void [flow.holdId, flow.priceNano, outcome.kind],
});
declare const send: Stage<Ask & Hold, object, Answer>;
declare const look: { name: string; enter: (flow: Readonly<Ask>) => Promise<{ add: { seen: boolean } }> };
const start = () => Path.from<Ask, Answer>(clock);
`;

// The standard library is parsed once for all cases; it is most of the time a program takes.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The compiler's messages over the fixture alone, its file being only in memory. */
const messagesOf = (body: string): string[] => {
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === FIXTURE || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    if (name === FIXTURE) return ts.createSourceFile(name, STAGES + body, ts.ScriptTarget.ES2023);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...rest));
    return parsed.get(name);
  };
  const program = ts.createProgram([FIXTURE], OPTIONS, host);
  const file = program.getSourceFile(FIXTURE);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
};

describe('the compiler', () => {
  test.each([
    ['the right order', 'start().through(price).through(hold()).through(send);'],
    ['needs met from far above', 'start().through(look).through(price).through(hold()).through(send);'],
    ['what was gathered, by name', 'async () => { const id: string | undefined = (await start().through(price).through(hold()).run({ text: "" })).flow.holdId; return id; };'], // prettier-ignore
    ['a cut path', 'start().through(price).through(hold()).until("hold").run({ text: "" });'],
  ])('accepts %s', (_name, body) => expect(messagesOf(body)).toEqual([]), 60_000);

  test.each([
    ['a stage before what it needs', 'start().through(hold()).through(price);', "'priceNano'"],
    ['a stage whose provider is missing', 'start().through(price).through(send);', "'holdId'"],
    ['an inline stage before what it needs', 'start().through({ name: "x", enter: async (flow: Readonly<Hold>) => ({ add: { id: flow.holdId } }) });', "'holdId'"], // prettier-ignore
    ['a leave that needs what nobody added', 'start().through({ name: "x", enter: async () => ({ add: {} }), leave: async (flow: Readonly<Hold>) => void flow });', "'holdId'"], // prettier-ignore
    ['an ask without its fields', 'start().through(price).run({});', "'text'"],
    ['an answer of another path', 'start().through({ name: "x", enter: async () => ({ answer: { labels: "" } }) });', "labels"], // prettier-ignore
    ['a cut path that trusts what was cut', 'start().through(price).until("price").through(hold());', "'priceNano'"],
  ])(
    'refuses %s and names the field',
    (_name, body, field) => {
      const messages = messagesOf(body);
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain(field);
      expect(messages[0]).toMatch(/missing|Types of property|incompatible|not assignable/);
    },
    60_000,
  );
});
