import { Refusal, reviewReasons, type ReviewOut, type VerdictIn } from '@winnow/contracts';
import { canonicalJson, decodeId } from '@winnow/kernel';
import type { ReviewRow, TenantId } from '@winnow/storage';
import { z } from 'zod';
import type { Caller } from '../auth/caller';
import { faultsOf } from '../http/field-faults';
import { refuseBody } from '../http/schema.pipe';
import type { Reply } from '../http/send';
import type { Cursors, CursorScope } from '../jobs/cursor';
import { tagged } from '../jobs/get-job';
import type { ApiPorts } from '../ports';
import { presentReview } from './present-review';

export interface ReviewsPorts extends Pick<ApiPorts, 'reviews' | 'tasks'> {
  readonly cursors: Cursors;
}

export const reviewListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .optional()
    .describe('1 to 100, 50 when not given'),
  after: z.string().min(1).max(200).optional().describe('`next` of the page before'),
  order: z.enum(['asc', 'desc']).optional().describe('by time; desc when not given'),
  state: z.enum(['open', 'decided']).optional(),
  task: z.string().min(1).max(128).optional(),
  reason: z.enum(reviewReasons).optional(),
});
export type ReviewListQuery = z.infer<typeof reviewListQuery>;

const usualLimit = 50;

export const listReviews = async (at: ReviewsPorts, tenant: TenantId, query: ReviewListQuery): Promise<Reply> => {
  const { limit: limitText, after, order = 'desc', ...filter } = query;
  const limit = Number(limitText ?? usualLimit);
  const scope: CursorScope = { list: 'reviews', tenant, order, filter };
  const behind = after === undefined ? undefined : at.cursors.read(scope, after);
  const rows = await at.reviews.list(tenant, { ...filter, limit, order, after: behind });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? at.cursors.write(scope, last.job_id) : null;
  return { status: 200, body: { object: 'list', data: page.map(presentReview), hasMore: next !== null, next } };
};

const find = async (at: ReviewsPorts, tenant: TenantId, id: string): Promise<ReviewRow> => {
  const job = decodeId('rev', id);
  const row = job === null ? null : await at.reviews.get(tenant, job);
  if (row === null) throw new Refusal('not-found', 'there is no such review');
  return row;
};

export const getReview = async (at: ReviewsPorts, tenant: TenantId, id: string, ifNoneMatch?: string): Promise<Reply> =>
  tagged(presentReview(await find(at, tenant, id)), ifNoneMatch);

/** A right answer has to be one that the task could have given. */
const readFixed = async (
  { tasks }: ReviewsPorts,
  tenant: TenantId,
  { task: name, version }: ReviewRow,
  { verdict, answer }: VerdictIn,
): Promise<unknown> => {
  const wrong = (detail: string) => refuseBody([{ pointer: '/answer', code: 'not-allowed', detail }]);
  if (verdict !== 'fixed') {
    if (answer !== undefined) throw wrong('only with the verdict "fixed"');
    return null;
  }
  if (answer === undefined)
    throw refuseBody([{ pointer: '/answer', code: 'missing', detail: 'the verdict "fixed" needs the right answer' }]);
  const task = await tasks.find(name, version, tenant);
  if (task === undefined) throw new Refusal('task-retired', `${name}@${version} is not served any more`);
  const parsed = task.output.safeParse(answer);
  if (!parsed.success) throw refuseBody(faultsOf(parsed.error.issues, answer, ['answer']));
  return parsed.data;
};

const said = ({ verdict, fixed, note }: ReviewOut): string => canonicalJson({ verdict, fixed, note });

/** Decides once. The same verdict again is answered as the first was; another one is refused. */
export const decideReview = async (at: ReviewsPorts, caller: Caller, id: string, body: VerdictIn): Promise<Reply> => {
  const row = await find(at, caller.tenant, id);
  const answer = await readFixed(at, caller.tenant, row, body);
  const note = body.note ?? null;
  const decision = { verdict: body.verdict, answer, note, key: caller.key.id };
  const decided = await at.reviews.decide(caller.tenant, row.job_id, decision);
  const review = presentReview(await find(at, caller.tenant, id));
  if (!decided && said(review) !== said({ ...review, verdict: body.verdict, fixed: answer, note }))
    throw new Refusal('state-conflict', `it was decided before: ${review.verdict}`, { state: review.state });
  return { status: 200, body: review };
};
