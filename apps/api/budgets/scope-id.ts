import { decodeId, encodeId } from '@winnow/kernel';
import type { BudgetScope } from '@winnow/storage';

/** `request` is no account: it is what one job may cost unless its terms say less. */
export type ScopeId = 'request' | BudgetScope;

const longestName = 128;
const isName = (name: string): boolean => name !== '' && name.length <= longestName && !name.includes('\0');

/** Reads a scope's id as it stands in a URL; null where it can be none. */
export const readScope = (id: string): ScopeId | null => {
  if (id === 'request') return 'request';
  if (id === 'tenant-day' || id === 'tenant-month') return { kind: id, name: '' };
  const [, kind, name = ''] = /^(user|batch|source-day):(.+)$/su.exec(id) ?? [];
  if (kind === 'user' && isName(name) && name.isWellFormed()) return { kind: 'end-user', name };
  if (kind === 'source-day' && /^[\w.-]{1,64}$/.test(name)) return { kind: 'source-day', name };
  const batch = kind === 'batch' ? decodeId('batch', name) : null;
  return batch === null ? null : { kind: 'batch', name: batch };
};

export const printScope = ({ kind, name }: BudgetScope): string => {
  if (kind === 'end-user') return `user:${name}`;
  if (kind === 'batch') return `batch:${encodeId('batch', name)}`;
  return kind === 'source-day' ? `source-day:${name}` : kind;
};

/** A scope as the ledger names it, kind:name, as it is shown. */
export const showScope = (scope: string): string => {
  const at = scope.indexOf(':');
  return printScope({ kind: scope.slice(0, at) as BudgetScope['kind'], name: scope.slice(at + 1) });
};
