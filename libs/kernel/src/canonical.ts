import { hash } from 'node:crypto';
import { pointerTo } from './json-pointer';
import { isWellFormed } from './well-formed';

const MAX_DEPTH = 64;

type Trail = (string | number)[];

const refuse = (what: string, trail: Trail): never => {
  throw new TypeError(`no canonical JSON for ${what} at "${pointerTo(trail)}"`);
};

// RFC 8785 demands an error: escaped or replaced, two different texts could hash alike elsewhere.
const printString = (text: string, trail: Trail): string =>
  isWellFormed(text) ? JSON.stringify(text) : refuse('a lone surrogate', trail);

const printArray = (items: readonly unknown[], trail: Trail): string => {
  let out = '';
  // By index, so that a hole in the array is seen as undefined instead of being skipped.
  for (let at = 0; at < items.length; at++) {
    trail.push(at);
    out += (at === 0 ? '' : ',') + print(items[at], trail);
    trail.pop();
  }
  return `[${out}]`;
};

const printObject = (object: object, trail: Trail): string => {
  let out = '';
  // The default sort is by UTF-16 code units, which is the order RFC 8785 asks for.
  for (const key of Object.keys(object).sort()) {
    const member = (object as Record<string, unknown>)[key];
    if (member === undefined) continue;
    trail.push(key);
    out += `${out === '' ? '' : ','}${printString(key, trail)}:${print(member, trail)}`;
    trail.pop();
  }
  return `{${out}}`;
};

// A Date or a Map has no members of its own and would hash like {}. Compared one level up, as realms differ in Object.
const isPlain = (object: object): boolean => {
  const parent: unknown = Object.getPrototypeOf(object);
  return parent === null || Object.getPrototypeOf(parent) === null;
};

const print = (value: unknown, trail: Trail): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return printString(value, trail);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : refuse(String(value), trail);
  if (typeof value !== 'object') return refuse(typeof value, trail);
  if (trail.length >= MAX_DEPTH) return refuse(`more than ${MAX_DEPTH} levels`, trail);
  if (Array.isArray(value)) return printArray(value, trail);
  return isPlain(value) ? printObject(value, trail) : refuse('an object that is not plain', trail);
};

/**
 * RFC 8785: one text for one value, whatever the order of its keys. Members that are undefined are left out; anything
 * else that JSON lacks is a TypeError that names the place by its JSON pointer.
 */
export const canonicalJson = (value: unknown): string => print(value, []);

export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

export const hashJson = (value: unknown): string => sha256Hex(canonicalJson(value));
