import { encodeText } from './tokens';
import { LruMap } from './lru-map';
import type { ChatMessage } from './chat-request';

// Providers compare prefixes in steps of 128 tokens.
const STEP_TOKENS = 128;
const MAX_PREFIXES = 50_000;

/** Tokens of a prompt that were in the cache, and that were put there. */
export interface Cached {
  readonly read: number;
  readonly written: number;
}

/** Remembers prompts by the hash of each of their prefixes; answers how much of a new one it has seen. */
export class PromptCache {
  readonly #prefixes = new LruMap<string, true>(MAX_PREFIXES);

  cachedTokens(model: string, messages: readonly ChatMessage[], minTokens: number): number {
    let cached = 0;
    for (const { tokens, key } of prefixes(model, messages)) {
      if (tokens < minTokens) continue;
      if (this.#prefixes.get(key)) cached = tokens;
      this.#prefixes.set(key, true);
    }
    return cached;
  }

  /** A prefix that the caller has marked: what is not in the cache is written to it, and billed as such. */
  marked(model: string, messages: readonly ChatMessage[], minTokens: number): Cached {
    const read = this.cachedTokens(model, messages, minTokens);
    const whole = [...prefixes(model, messages)].at(-1)?.tokens ?? 0;
    return whole < minTokens ? { read: 0, written: 0 } : { read, written: whole - read };
  }

  clear(): void {
    this.#prefixes.clear();
  }
}

function* prefixes(model: string, messages: readonly ChatMessage[]): Generator<{ tokens: number; key: string }> {
  let tokens = 0;
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (const { role, content } of messages) {
    for (const id of encodeText(`${role}\n${content}`)) {
      low = Math.imul(low ^ id, 0x01000193);
      high = Math.imul(high ^ id, 0x85ebca6b) ^ (high >>> 15);
      tokens += 1;
      if (tokens % STEP_TOKENS === 0) yield { tokens, key: `${model}:${low}:${high}` };
    }
  }
}
