import { encodeId, uuidv7 } from '@winnow/kernel';
import { printScope, readScope, showScope } from './scope-id';

const batch = uuidv7();

test.each([
  ['request', 'request'],
  ['tenant-day', { kind: 'tenant-day', name: '' }],
  ['tenant-month', { kind: 'tenant-month', name: '' }],
  ['user:kim', { kind: 'end-user', name: 'kim' }],
  ['user:a:b/c', { kind: 'end-user', name: 'a:b/c' }],
  ['source-day:clearbit', { kind: 'source-day', name: 'clearbit' }],
  [`batch:${encodeId('batch', batch)}`, { kind: 'batch', name: batch }],
])('%s is a scope', (id, scope) => {
  expect(readScope(id)).toEqual(scope);
  if (typeof scope !== 'string') expect(printScope(scope as never)).toBe(id);
});

test.each([
  '',
  'tenant',
  'end-user:kim',
  'user:',
  `user:${'x'.repeat(129)}`,
  'user:\0',
  'user:\ud800',
  'batch:1',
  'source-day:a b',
  'tenant-day:x',
])('%j is none', (id) => expect(readScope(id)).toBeNull());

test('the ledger’s name of a scope as it is shown', () => {
  expect(showScope('tenant-day:')).toBe('tenant-day');
  expect(showScope('end-user:a:b')).toBe('user:a:b');
});
