import { problemCodes, type ProblemCode } from '@winnow/contracts';
import { escapeHtml } from './page';

/** What to do about each problem: its title says what happened. */
const advice: Record<ProblemCode, string> = {
  'malformed-body': 'Send one JSON value in UTF-8. <code>position</code> is the byte at which reading stopped.',
  'malformed-parameter':
    'The detail names the query parameter. Unknown ones are refused, and only those that say so may be repeated.',
  'cursor-invalid': 'A cursor holds for the filter and order it came with. Begin again without <code>after</code>.',
  'idempotency-key-missing':
    'This API key was made with <code>"idempotency":"required"</code>: send an Idempotency-Key on every POST.',
  'idempotency-key-invalid': 'The header takes 1 to 255 printable ASCII characters, bare or in double quotes.',
  'too-deep': 'Objects and lists may stand in one another at most 32 times.',
  unauthenticated:
    'Send <code>Authorization: Bearer wk_…</code>. Unknown, mistyped, expired and revoked keys look alike.',
  'over-budget': 'The budget named in <code>scope</code> has no room until <code>resetsAt</code>.',
  forbidden: 'Ask for a key with the scope that <code>needs</code> names.',
  'key-limited': 'The key itself has a limit, named by <code>limit</code>.',
  'not-found': 'There is nothing under this address, or it is not yours.',
  'method-not-allowed': 'The Allow header lists the methods that exist here.',
  'not-acceptable': 'The Accept header refuses the media types that can be sent here, listed in <code>offers</code>.',
  'request-timeout':
    'The whole request has to be in within 30 seconds, a file within 10 minutes and without a pause of 30 seconds. Nothing was stored.',
  'idempotency-key-in-use': 'The first request with this key has not ended. Try again after <code>Retry-After</code>.',
  'state-conflict': 'What was asked for is not possible in the present <code>state</code>.',
  'precondition-failed': 'It was changed since you read it. Read it again, then repeat.',
  'body-too-large': 'The limit in bytes is <code>limit</code>; it also holds for what a compressed body unpacks to.',
  'uri-too-long': 'A URL may have 8 KiB.',
  'unsupported-media-type': 'Send one of the types in <code>accepts</code>.',
  invalid: '<code>errors</code> lists every wrong field by its JSON pointer, at most 100 of them.',
  'request-cost-too-high':
    '<code>cheapest</code> is what the cheapest call may cost at worst. Raise <code>terms.maxCost</code> to at least that.',
  'idempotency-key-reused': 'The same key came with another body. <code>job</code> is what the first one made.',
  'task-unknown': '<code>GET /api/v1/tasks</code> lists the tasks and their versions.',
  'task-retired': 'Name a newer version, or none.',
  'model-unpriced': 'A model without a price is never called: it would count as free.',
  'rate-limited': 'Wait for <code>Retry-After</code> seconds. A refused request takes nothing from the rate.',
  'too-many-streams': 'At most 20 streams a key and 500 a process are open at once. Close one.',
  'headers-too-large': 'All headers together may have 16 KiB.',
  internal: 'It is our fault. The <code>instance</code> finds the cause in our log.',
  'queue-full': 'Too many jobs are waiting, and nothing was stored. Try again after <code>Retry-After</code>.',
  'budget-unavailable': 'Without the ledger nothing is spent. Try again after <code>Retry-After</code>.',
  unavailable: 'Something that this needs is starting, stopping or away. Try again after <code>Retry-After</code>.',
};

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemCodes, code);

export const problemPage = (code: ProblemCode): string => {
  const [status, title] = problemCodes[code];
  return `<h1>${escapeHtml(title)}</h1>\n<p><code>${code}</code> · status ${status}</p>\n<p>${advice[code]}</p>\n<p><a href="/problems">All problems</a></p>`;
};

export const problemIndex = (): string => {
  const rows = Object.entries(problemCodes).map(
    ([code, [status, title]]) =>
      `<tr><td>${status}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<h1>Problems</h1>\n<p>Every error of the API is one of these, as <code>application/problem+json</code>.</p>\n<table>${rows.join('\n')}</table>`;
};
