import type { AnyTask, Comparator } from '@winnow/contracts';
import { canonicalJson } from '@winnow/kernel';

export interface Agreement {
  /** null: the task has no field in which two answers could be compared */
  readonly agrees: boolean | null;
  /** over the fields that are compared by degree; 1 where there are none */
  readonly mean: number;
  /** the fields that do not agree, key fields first */
  readonly apart: readonly string[];
}

const leastMean = 0.9;
const mostItems = 1_000;

const plain = (value: unknown): string =>
  (typeof value === 'string' ? value.normalize('NFKC') : canonicalJson(value))
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((here, name) => (isRecord(here) && Object.hasOwn(here, name) ? here[name] : undefined), value);

const itemsOf = (value: unknown, property: string | null): string[] => {
  if (typeof value === 'string') return plain(value).match(/[\p{L}\p{N}]+/gu) ?? [];
  if (!Array.isArray(value)) return value === undefined ? [] : [plain(value)];
  return value.slice(0, mostItems).map((item) => plain((property === null ? item : at(item, property)) ?? null));
};

/** Twice the common items to all of both; two empty sets are the same. Items count once, whatever their order. */
const setF1 = (a: unknown, b: unknown, property: string | null): number => {
  const [left, right] = [new Set(itemsOf(a, property)), new Set(itemsOf(b, property))];
  if (left.size + right.size === 0) return 1;
  const common = [...left].filter((item) => right.has(item)).length;
  return (2 * common) / (left.size + right.size);
};

const close = (a: unknown, b: unknown, bound: (a: number, b: number) => number): boolean =>
  typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= bound(a, b) * (1 + 1e-9) + Number.EPSILON;

interface Compared {
  readonly path: string;
  readonly value: number;
  /** a key field agrees or it does not; the others count by degree */
  readonly isKey: boolean;
}

const compare = (comparator: Comparator, a: unknown, b: unknown): Omit<Compared, 'path'> | null => {
  if (comparator === 'skip') return null;
  if (comparator === 'equal') return { isKey: true, value: plain(a ?? null) === plain(b ?? null) ? 1 : 0 };
  if (comparator === 'setF1') return { isKey: false, value: setF1(a, b, null) };
  if ('setF1' in comparator) return { isKey: false, value: setF1(a, b, comparator.setF1) };
  if ('within' in comparator) return { isKey: true, value: close(a, b, () => comparator.within) ? 1 : 0 };
  const share = comparator.withinPct / 100;
  return { isKey: true, value: close(a, b, (x, y) => share * Math.max(Math.abs(x), Math.abs(y))) ? 1 : 0 };
};

/** A field that the task names no comparator for: numbers by equality, texts and lists by the words and items they share. */
const comparatorOf = (a: unknown, b: unknown): Comparator =>
  [a, b].some((value) => typeof value === 'string' || Array.isArray(value)) ? 'setF1' : 'equal';

const pathsOf = (agree: AnyTask['agree'], a: unknown, b: unknown): string[] => {
  const named = Object.keys(agree);
  const tops = new Set(named.map((path) => path.split('.')[0]));
  const fields = new Set([a, b].flatMap((answer) => (isRecord(answer) ? Object.keys(answer) : [])));
  return [...named, ...[...fields].filter((field) => !tops.has(field))];
};

/**
 * Whether two answers of a task say the same: all key fields agree by the task's comparators, and the mean over the others is at least .9.
 * A field that neither answer has is not compared.
 */
export const agree = (task: Pick<AnyTask, 'agree'>, a: unknown, b: unknown): Agreement => {
  const compared = pathsOf(task.agree, a, b).flatMap((path): Compared[] => {
    const [left, right] = [at(a, path), at(b, path)];
    if (left === undefined && right === undefined) return [];
    const declared = Object.hasOwn(task.agree, path) ? task.agree[path] : undefined;
    const result = compare(declared ?? comparatorOf(left, right), left, right);
    return result === null ? [] : [{ path, ...result, isKey: result.isKey && declared !== undefined }];
  });
  const keys = compared.filter(({ isKey }) => isKey);
  const rest = compared.filter(({ isKey }) => !isKey);
  const mean = rest.length === 0 ? 1 : rest.reduce((sum, { value }) => sum + value, 0) / rest.length;
  const keysApart = keys.filter(({ value }) => value < 1);
  const restApart = rest.filter(({ value }) => value < leastMean);
  return {
    agrees: compared.length === 0 ? null : keysApart.length === 0 && mean >= leastMean - 1e-9,
    mean,
    apart: [...keysApart, ...restApart].map(({ path }) => path),
  };
};
