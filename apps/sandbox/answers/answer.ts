import { chance, hash32 } from '../chance';
import type { ChatRequest, Schema } from '../chat-request';
import type { Knobs } from '../knobs';
import { type BuiltIn, builtIns } from './built-ins';
import { fitSchema } from './fit-schema';
import { type Item, itemsOf, lastUserText, taskOf } from './item';
import { phrase, synthesise } from './synthesise';

export interface Asked {
  readonly request: ChatRequest;
  /** The names under which `quality.errorRate` may speak of the model. */
  readonly modelNames: readonly string[];
  readonly knobs: Pick<Knobs, 'seed' | 'quality' | 'text'>;
}

export interface Answered {
  readonly task: string | null;
  readonly text: string;
  /** How many items were answered wrong on purpose: the truth that a test holds a model's checks against. */
  readonly wrong: number;
}

/** What the model says. The same seed, model and prompt always give the same text. */
export function answer({ request, modelNames, knobs }: Asked): Answered {
  const task = taskOf(request.messages);
  const userText = lastUserText(request.messages);
  const builtIn = task === undefined ? undefined : builtIns.get(task);
  const errorRate = modelNames.map((name) => knobs.quality.errorRate[name]).find((rate) => rate !== undefined) ?? 0;
  const isWrong = (item: Item): boolean =>
    errorRate > 0 && chance(knobs.seed, 'error', modelNames[0] ?? '', item.raw) < errorRate;
  if (builtIn === undefined && request.format === 'text') {
    const isOff = isWrong({ raw: userText });
    return { task: task ?? null, text: freeText(userText, knobs, isOff), wrong: isOff ? 1 : 0 };
  }
  const items = itemsOf(userText);
  const wrong = items.filter(isWrong).length;
  const say = (item: Item, schema: Schema | undefined): object =>
    builtIn
      ? sayBuiltIn(builtIn, item, isWrong(item), schema, knobs.seed)
      : makeUp(item, isWrong(item), schema, knobs.seed);
  const system = request.messages.find(({ role }) => role === 'system' || role === 'developer')?.content ?? '';
  if (builtIn && /^[ \t]*Answer:[ \t]*lines\b/im.test(system)) {
    return {
      task: task ?? null,
      text: items.map((item, i) => lineFor(builtIn, item, i, say(item, undefined))).join('\n'),
      wrong,
    };
  }
  const [only] = items;
  const isPack = items.some((item) => item.id !== undefined);
  const body = isPack || !only ? packed(items, request.schema, say) : say(only, request.schema);
  return { task: task ?? null, text: JSON.stringify(body), wrong };
}

const wordsOf = (text: string): string[] => text.slice(0, 20_000).match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];

const sourceOf = (item: Item, seed: number, isWrong = false): { seed: string; words: string[] } => ({
  seed: `${seed}:${hash32(item.raw, isWrong ? 'wrong' : '')}`,
  words: wordsOf(
    item.input
      ? Object.values(item.input)
          .filter((v) => typeof v === 'string')
          .join(' ')
      : item.raw,
  ),
});

function sayBuiltIn(builtIn: BuiltIn, item: Item, isWrong: boolean, schema: Schema | undefined, seed: number): object {
  const full = builtIn.answer(item, isWrong);
  const isDetailed = item.input?.['detail'] === true;
  if (schema) return fitSchema(full, schema, { optional: builtIn.optional, isDetailed }, sourceOf(item, seed));
  return isDetailed
    ? full
    : Object.fromEntries(Object.entries(full).filter(([name]) => !builtIn.optional.includes(name)));
}

function makeUp(item: Item, isWrong: boolean, schema: Schema | undefined, seed: number): object {
  const source = sourceOf(item, seed, isWrong);
  if (!schema) return { answer: phrase(source.words, hash32(source.seed), 8) };
  return synthesise(schema, source) as object;
}

const lineFor = (builtIn: BuiltIn, item: Item, index: number, said: object): string =>
  [item.id ?? index + 1, ...builtIn.line.map((name) => (said as Record<string, unknown>)[name])].join(' ');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A pack's answer: an array of answers with ids, under the schema's one array property where it has one. */
function packed(
  items: readonly Item[],
  schema: Schema | undefined,
  say: (item: Item, schema: Schema | undefined) => object,
): unknown {
  const properties = isObject(schema?.['properties']) ? schema['properties'] : {};
  const list = Object.entries(properties).find(([, property]) => isObject(property) && property['type'] === 'array');
  const each = list ? (list[1] as Schema)['items'] : schema?.['items'];
  const idType = isObject(each) && isObject(each['properties']) ? each['properties']['id'] : undefined;
  const isTextId = isObject(idType) && idType['type'] === 'string';
  const answers = items.map((item) => {
    const id = isTextId || Number.isNaN(Number(item.id)) ? item.id : Number(item.id);
    return { ...say(item, isObject(each) ? each : undefined), id };
  });
  return list ? { [list[0]]: answers } : answers;
}

function freeText(userText: string, { seed, text }: Asked['knobs'], isWrong: boolean): string {
  const hash = hash32(seed, userText, isWrong ? 'wrong' : '');
  const count = text.minWords + (hash % (text.maxWords - text.minWords + 1));
  const words = wordsOf(userText);
  const said = ['In', 'short:'];
  for (let i = 0; said.length < count; i += 1) said.push(...phrase(words, hash32(hash, i), 4).split(' '), 'and');
  return `${said.slice(0, count).join(' ')}.`;
}
