import { Refusal } from '@winnow/contracts';
import { guardJson, type JsonLimits } from '@winnow/kernel';

const limits: JsonLimits = { maxDepth: 32, maxMembers: 10_000, maxString: 100_000 };

/** Refuses what no schema should have to think of: depth, size, and text that no column can hold. */
export const guardBody = (value: unknown): unknown => {
  const faults = guardJson(value, limits);
  if (faults.length === 0) return value;
  const deep = faults.find(({ code }) => code === 'too-deep');
  if (deep)
    throw new Refusal('too-deep', `the body is nested more than ${limits.maxDepth} levels`, {
      pointer: deep.pointer,
      limit: limits.maxDepth,
    });
  if (faults.some(({ code }) => code === 'too-many-members'))
    throw new Refusal('malformed-body', `the body has more than ${limits.maxMembers} members`, {
      limit: limits.maxMembers,
    });
  throw new Refusal('invalid', 'the body holds what cannot be stored', { errors: faults });
};
