import type { ChatMessage } from '../chat-request';

/** What one answer is about: the job's input as JSON where the prompt carries it so, and the text it stood in. */
export interface Item {
  /** The id inside a pack; undefined when the prompt carries one job. */
  readonly id?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly raw: string;
}

const TASK_LINE = /^[ \t]*Task:[ \t]*([\w.-]+)@(\d+)/m;
const PACKED_ITEM = /<item\s+id=["']?([\w.-]+)["']?\s*>([\s\S]*?)<\/item>/g;
const INPUT_LINE = /^[ \t]*Input:[ \t]*$/m;
const MAX_ITEMS = 1_000;
const MAX_JSON_TRIES = 20;

/** The task that the system prompt names in its `Task: name@version` line. */
export function taskOf(messages: readonly ChatMessage[]): string | undefined {
  for (const { role, content } of messages) {
    if (role !== 'system' && role !== 'developer') continue;
    const name = TASK_LINE.exec(content)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

export const lastUserText = (messages: readonly ChatMessage[]): string =>
  messages.findLast((message) => message.role === 'user')?.content ?? messages.at(-1)?.content ?? '';

/** The jobs in a user message: each `<item id=…>` of a pack, else the message itself. */
export function itemsOf(userText: string): Item[] {
  const packed: Item[] = [];
  if (userText.includes('<item')) {
    for (const [, id, body = ''] of userText.matchAll(PACKED_ITEM)) {
      packed.push({ id, ...readItem(body) });
      if (packed.length === MAX_ITEMS) break;
    }
  }
  return packed.length > 0 ? packed : [readItem(userText)];
}

function readItem(text: string): Item {
  const marker = INPUT_LINE.exec(text);
  const after = marker ? text.slice(marker.index + marker[0].length) : text;
  const input = firstJsonObject(after);
  return input ? { input, raw: after.trim() } : { raw: after.trim() };
}

/** The first `{…}` in the text that is JSON. */
export function firstJsonObject(text: string): Record<string, unknown> | undefined {
  let from = text.indexOf('{');
  for (let tries = 0; from !== -1 && tries < MAX_JSON_TRIES; tries += 1) {
    const end = closingBrace(text, from);
    if (end !== -1) {
      try {
        return JSON.parse(text.slice(from, end + 1)) as Record<string, unknown>;
      } catch {
        // Not JSON after all: the next brace may be.
      }
    }
    from = text.indexOf('{', from + 1);
  }
  return undefined;
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth += 1;
    else if (char === '}' && --depth === 0) return i;
  }
  return -1;
}
