import { idOf, jobState, laneSchema, Refusal } from '@winnow/contracts';
import { decodeId } from '@winnow/kernel';
import type { ReceiptFilter, TenantId } from '@winnow/storage';
import { z } from 'zod';
import type { Reply } from '../http/send';
import { tagged } from '../jobs/get-job';
import type { Cursors, CursorScope } from '../jobs/cursor';
import { presentReceipt } from '../jobs/present-receipt';
import type { ApiPorts } from '../ports';

export interface ReceiptsPorts extends Pick<ApiPorts, 'receipts' | 'settings'> {
  readonly cursors: Cursors;
}

const time = z.iso.datetime({ offset: true }).meta({ examples: ['2026-11-01T09:30:00.000Z'] });
const text = (longest: number) => z.string().min(1).max(longest);

/** The query of a list of receipts. Everything is text here: it comes from a URL. */
export const receiptListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .optional()
    .describe('1 to 100, 50 when not given'),
  after: text(200).optional().describe('`next` of the page before'),
  order: z.enum(['asc', 'desc']).optional().describe('by time; desc when not given'),
  task: text(128).optional(),
  state: jobState.optional(),
  user: text(128).optional(),
  key: idOf('key').optional(),
  lane: laneSchema.optional(),
  model: text(128).optional(),
  writtenAfter: time.optional(),
  writtenBefore: time.optional(),
});
export type ReceiptListQuery = z.infer<typeof receiptListQuery>;

const usualLimit = 50;

const filterOf = ({
  task,
  state,
  user,
  key,
  lane,
  model,
  writtenAfter,
  writtenBefore,
}: ReceiptListQuery): ReceiptFilter => ({
  task,
  state,
  user,
  lane,
  model,
  key: key === undefined ? undefined : (decodeId('key', key) ?? undefined),
  after: writtenAfter === undefined ? undefined : new Date(writtenAfter),
  before: writtenBefore === undefined ? undefined : new Date(writtenBefore),
});

export const listReceipts = async (at: ReceiptsPorts, tenant: TenantId, query: ReceiptListQuery): Promise<Reply> => {
  const { limit: limitText, after, order = 'desc', ...filter } = query;
  const limit = Number(limitText ?? usualLimit);
  const scope: CursorScope = { list: 'receipts', tenant, order, filter };
  const behind = after === undefined ? undefined : at.cursors.read(scope, after);
  const rows = await at.receipts.list(tenant, filterOf(query), { limit, order, after: behind });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? at.cursors.write(scope, last.id) : null;
  const headers: Record<string, string> = {};
  if (next !== null) {
    const parameters = new URLSearchParams({ ...query, after: next });
    headers['link'] = `<${at.settings.http.publicUrl ?? ''}/api/v1/receipts?${parameters}>; rel="next"`;
  }
  const data = page.map((row) => presentReceipt(row, at.settings.sandbox));
  return { status: 200, headers, body: { object: 'list', data, hasMore: next !== null, next } };
};

export const getReceiptById = async (
  at: ReceiptsPorts,
  tenant: TenantId,
  id: string,
  ifNoneMatch?: string,
): Promise<Reply> => {
  const uuid = decodeId('rcpt', id);
  const receipt = uuid === null ? null : await at.receipts.get(tenant, uuid);
  if (receipt === null) throw new Refusal('not-found', 'there is no such receipt');
  return tagged(presentReceipt(receipt, at.settings.sandbox), ifNoneMatch);
};
