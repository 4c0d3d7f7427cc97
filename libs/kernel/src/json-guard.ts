import { pointerTo } from './json-pointer';
import { isWellFormed } from './well-formed';

export interface JsonLimits {
  /** Containers inside one another; a bare string has depth 0, `{}` has 1. */
  readonly maxDepth: number;
  /** Members of objects and items of arrays, all counted together. */
  readonly maxMembers: number;
  /** UTF-16 code units of any one string or key. */
  readonly maxString: number;
}

export type JsonFaultCode = 'too-deep' | 'too-many-members' | 'forbidden-key' | 'nul' | 'lone-surrogate' | 'too-long';

export interface JsonFault {
  readonly pointer: string;
  readonly code: JsonFaultCode;
  readonly detail: string;
}

const MAX_FAULTS = 100;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type Finding = Pick<JsonFault, 'code' | 'detail'>;

/** Postgres refuses U+0000 in text, and a lone surrogate cannot be written as UTF-8. */
const faultsInText = (text: string, what: string, maxString: number): Finding[] => {
  const found: Finding[] = [];
  if (text.length > maxString)
    found.push({ code: 'too-long', detail: `${what} has ${text.length} characters, the limit is ${maxString}` });
  if (text.includes('\0')) found.push({ code: 'nul', detail: `${what} holds the character U+0000` });
  if (!isWellFormed(text)) found.push({ code: 'lone-surrogate', detail: `${what} holds half of a surrogate pair` });
  return found;
};

/** One container that is being walked. There is one a level, so the walk needs no more memory than the depth limit. */
interface Level {
  readonly steps: readonly string[] | null;
  readonly container: object;
  readonly length: number;
  next: number;
}

// Object.keys, as JSON.parse makes "__proto__" an own key like any other and reading it is safe then.
const levelOf = (container: object): Level => {
  const steps = Array.isArray(container) ? null : Object.keys(container);
  return { container, steps, length: steps?.length ?? (container as unknown[]).length, next: 0 };
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What may not enter: found by a loop with its own bounded stack, so that no input can exhaust the call stack. */
export const guardJson = (value: unknown, limits: JsonLimits): JsonFault[] => {
  const faults: JsonFault[] = [];
  const levels: Level[] = [];
  const trail: (string | number)[] = [];
  let members = 0;
  const report = (found: readonly Finding[]): void => {
    for (const finding of found) faults.push({ pointer: pointerTo(trail), ...finding });
  };
  const visit = (item: unknown): boolean => {
    if (typeof item === 'string') report(faultsInText(item, 'the text', limits.maxString));
    if (!isContainer(item)) return false;
    if (levels.length < limits.maxDepth) return levels.push(levelOf(item)) > 0;
    report([{ code: 'too-deep', detail: `nested more than ${limits.maxDepth} levels` }]);
    return false;
  };
  visit(value);
  for (let level = levels.at(-1); level && faults.length < MAX_FAULTS; level = levels.at(-1)) {
    const at = level.next++;
    if (at >= level.length) {
      levels.pop();
      trail.pop();
      continue;
    }
    if (++members > limits.maxMembers) {
      report([{ code: 'too-many-members', detail: `more than ${limits.maxMembers} members` }]);
      break;
    }
    const step = level.steps?.[at] ?? at;
    // An unprintable or endless key is reported at its object and not entered: a pointer through it would repeat it.
    const badKey = typeof step === 'string' ? faultsInText(step, 'a key', limits.maxString) : [];
    report(badKey);
    if (badKey.length > 0) continue;
    trail.push(step);
    if (FORBIDDEN_KEYS.has(String(step)))
      report([{ code: 'forbidden-key', detail: `the key ${JSON.stringify(step)} is not allowed` }]);
    if (!visit((level.container as Record<string | number, unknown>)[step])) trail.pop();
  }
  return faults.slice(0, MAX_FAULTS);
};
