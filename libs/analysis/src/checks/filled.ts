import type { CheckResult } from '@winnow/contracts';
import { shareOf } from './share-of';

const placeholder =
  /^(?:n\/?a|tbd|tba|todo|none|null|undefined|string|text|placeholder|lorem ipsum.*|x{3,}|[.…–—-]+|\[[^\]]*\]|<[^>]*>|\{\{[^}]*\}\})\.?$/i;

const isFilled = (value: unknown): boolean => {
  if (typeof value === 'string') return value.trim() !== '' && !placeholder.test(value.trim().slice(0, 200));
  if (Array.isArray(value)) return value.length > 0 && value.every(isFilled);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isFilled);
  return value !== undefined && value !== null;
};

/** Share of the parts that say something: not empty, no placeholder, nor a list or a record that holds one. */
export const filled = (parts: Readonly<Record<string, unknown>>): CheckResult => {
  const names = Object.keys(parts);
  return shareOf(
    'filled',
    names.length,
    names.filter((name) => !isFilled(parts[name])).map((name) => `${name} is not filled in`),
  );
};
