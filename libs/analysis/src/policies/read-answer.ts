import type { AnyTask } from '@winnow/contracts';
import { guardJson } from '@winnow/kernel';

export type Reading = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly why: string };

const longestAnswer = 1_048_576;
/** What Postgres cannot store is no answer: found after the call is booked, it could neither be served nor ended. */
const limits = { maxDepth: 32, maxMembers: 100_000, maxString: longestAnswer } as const;

/** The answer's text against the task's schema. Nothing is repaired here: an answer that has to be guessed is asked for again. */
export const readAnswer = (task: AnyTask, text: string, finish: string): Reading => {
  if (text.length > longestAnswer) return { ok: false, why: 'the answer is over 1 MiB' };
  if (finish === 'length') return { ok: false, why: 'the answer was cut off at max_tokens' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'the answer is not JSON' };
  }
  const unfit = guardJson(value, limits)[0];
  if (unfit !== undefined) return { ok: false, why: `the answer cannot be kept: ${unfit.detail}` };
  const parsed = task.output.safeParse(value);
  if (parsed.success) return { ok: true, output: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    ok: false,
    why: `the answer breaks its schema at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'invalid'}`,
  };
};
