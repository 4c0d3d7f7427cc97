import {
  avoidable,
  Refusal,
  type AnyTask,
  type ColumnMap,
  type FieldFault,
  type QuoteIn,
  type QuoteQuery,
} from '@winnow/contracts';
import type { TenantTasks } from '@winnow/analysis';
import { taskOf } from '../jobs/read-ask';

/** What a quote is asked for, wherever it was said: in a body of JSON, or in the query beside a file. */
export interface QuoteAsk {
  readonly task: AnyTask;
  readonly terms: QuoteIn['terms'];
  /** null: as many as there are */
  readonly count: number | null;
  readonly sample: number;
}

type Tasks = Pick<TenantTasks, 'named' | 'shipped'>;

const usualSample = 100;

const refuseQuery = (faults: readonly FieldFault[]): Refusal =>
  new Refusal('malformed-parameter', faults.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; '), {
    errors: faults,
  });

/** In JSON the settings are fields of the body: said twice, they could contradict each other. */
export const refuseSettings = (query: QuoteQuery): void => {
  const names = Object.keys(query);
  if (names.length > 0)
    throw refuseQuery(
      names.map((name) => ({
        pointer: `/${name}`,
        code: 'not-allowed',
        detail: 'is taken with a file only; in JSON it is a field of the body',
      })),
    );
};

export const askOfBody = async (tasks: Tasks, body: QuoteIn, tenant: string): Promise<QuoteAsk> => ({
  task: await taskOf(tasks, body, tenant),
  terms: body.terms,
  count: body.count ?? null,
  sample: body.sample ?? usualSample,
});

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

const checkAvoid = ({ avoid = [] }: QuoteQuery): void => {
  const names = [avoid].flat().flatMap((text) => text.split(','));
  const wrong = names.find((name) => !avoidable.safeParse(name).success);
  if (wrong === undefined) return;
  const detail = `${JSON.stringify(wrong)} is none of ${avoidable.options.join(', ')}`;
  throw refuseQuery([{ pointer: '/avoid', code: 'not-allowed', detail }]);
};

export const askOfQuery = async (tasks: Tasks, query: QuoteQuery, tenant: string): Promise<QuoteAsk> => {
  if (query.task === undefined)
    throw refuseQuery([{ pointer: '/task', code: 'missing', detail: 'is required with a file' }]);
  checkAvoid(query);
  return {
    task: await taskOf(tasks, { task: query.task, version: number(query.version) }, tenant),
    terms: { quality: number(query.quality), maxCost: query.maxCost, deadline: query.deadline },
    count: number(query.count) ?? null,
    sample: number(query.sample) ?? usualSample,
  };
};

/** `text:review_body,product:name`, by field. */
export const columnsOf = ({ map = [] }: QuoteQuery): ColumnMap => {
  const pairs = [map].flat().flatMap((text) => text.split(','));
  const columns = pairs.map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)] as const);
  const names = columns.map(([field]) => field);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw refuseQuery([{ pointer: '/map', code: 'not-unique', detail: `${twice} is named twice` }]);
  return Object.fromEntries(columns);
};
