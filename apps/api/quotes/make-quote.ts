import {
  composeQuote,
  drawSample,
  jobsOf,
  quoteJobs,
  type Catalogue,
  type ClaimedJob,
  type Pace,
  type TokenCounter,
} from '@winnow/analysis';
import {
  defaultFloor,
  readRows,
  Refusal,
  type AnyTask,
  type JobIn,
  type QuoteIn,
  type QuoteQuery,
  type Row,
  type RowLimits,
  type RowsFile,
} from '@winnow/contracts';
import { systemClock, uuidv7 } from '@winnow/kernel';
import type { PaceRow, Past, QuoteRow, TenantId } from '@winnow/storage';
import type { Caller } from '../auth/caller';
import { refuseBody } from '../http/schema.pipe';
import { capOf } from '../jobs/read-ask';
import type { ApiPorts } from '../ports';
import { gatherRows, type Gathered, type PooledRow } from './gather-rows';
import { askOfBody, askOfQuery, columnsOf, type QuoteAsk } from './quote-ask';

export interface MakeQuotePorts extends Pick<ApiPorts, 'quotes' | 'tasks' | 'pace' | 'routing'> {
  readonly catalogue: Catalogue;
  readonly tokens: () => Promise<TokenCounter>;
  readonly baselineOf: ApiPorts['baselineOf'];
}

export const quoteFileLimits: RowLimits = {
  maxBytes: 67_108_864,
  maxRatio: 100,
  maxRowBytes: 262_144,
  maxRows: 100_000,
};

const standsMs = 15 * 60_000;

/** A job that nobody has accepted: what intake would be handed if it were. */
const wouldBe = (caller: Caller, task: AnyTask, floor: number, cap: bigint, baselineModel: string) => {
  const shared = { tenantId: caller.tenant, task: task.name, version: task.version, floor, cap, baselineModel };
  return ({ canonical, hash }: PooledRow): ClaimedJob => ({
    ...shared,
    id: uuidv7(),
    batchId: null,
    endUser: null,
    input: JSON.parse(canonical) as unknown,
    inputHash: hash,
    whenOver: 'park',
    strict: false,
    state: 'queued',
    plan: null,
    fence: 0,
    runs: 0,
    deaths: 0,
    attempts: 0,
    deadlinePassed: false,
  });
};

/** What was paid over what the served answers cost without the provider's cache. */
const paidOf = ({ jobs, cost, useful, provider_cache }: Past) => {
  const plain = useful + provider_cache;
  return { jobs: Number(jobs), ratio: plain === 0n ? 1 : Number(cost) / Number(plain) };
};

const lengthsOf =
  ({ bins }: Past) =>
  (model: string, size: number) =>
    bins
      .filter((bin) => bin.model === model && bin.size === size)
      .map(({ n, tokens }) => ({ n: Number(n), tokens: Number(tokens) }));

/** Where a row of a list of inputs stands in the body. */
const inputsOf = ({ inputs, input, file }: QuoteIn): readonly Row[] => {
  if (file !== undefined)
    throw refuseBody([
      {
        pointer: '/file',
        code: 'not-allowed',
        detail: 'no file is taken by its id: send it as the body, as text/csv or application/x-ndjson',
      },
    ]);
  if ((inputs === undefined) === (input === undefined))
    throw refuseBody([{ pointer: '/inputs', code: 'required', detail: 'either `inputs` or `input`' }]);
  return (inputs ?? [input ?? {}]).map((one, line) => ({ line, input: one, metadata: {} }));
};

const countOf = ({ count }: QuoteAsk, { valid, invalid }: Gathered): number => {
  const given = valid + invalid;
  if (count !== null && count < given)
    throw refuseBody([
      { pointer: '/count', code: 'too-small', detail: `at least ${given}, as many rows as were given` },
    ]);
  return count ?? given;
};

const paceOf = ({ n, slots, ahead, ...times }: PaceRow): Pace => ({ slots, ahead, times: n === 0 ? null : times });

/** What the past and the present of a tenant say about a task. */
const learn = async (at: MakeQuotePorts, tenant: TenantId, { name, version }: AnyTask) => {
  // First and alone: loading its tables holds everything up for a while, and a connection that is being made would give up.
  const tokens = await at.tokens();
  const [baselineModel, track, past, rooms, pace] = await Promise.all([
    at.baselineOf(tenant),
    at.quotes.track(tenant, name),
    at.quotes.past(tenant, name, version),
    at.quotes.rooms(tenant),
    at.pace.of(name),
  ]);
  const known = {
    lengths: lengthsOf(past),
    scores: { n: Number(past.scored), sum: past.score_sum, squares: past.score_squares },
    paid: paidOf(past),
    kappa: track.kappa,
    rooms,
    pace: paceOf(pace),
  };
  return { tokens, baselineModel, known };
};

/** The real way of a job, cut before money moves: nothing is written but the quote itself. */
const quoteRows = async (at: MakeQuotePorts, caller: Caller, ask: QuoteAsk, rows: Gathered): Promise<QuoteRow> => {
  const { task, terms: { quality: floor = defaultFloor, maxCost } = {} } = ask;
  const cap = capOf(maxCost, caller.key);
  const count = countOf(ask, rows);
  const { tokens, baselineModel, known } = await learn(at, caller.tenant, task);
  const baseline = at.catalogue.baseline(baselineModel);
  const drawn = drawSample(rows.pool, rows.totals, ask.sample);
  const jobs = await quoteJobs(
    { catalogue: at.catalogue, routing: at.routing, tokens, clock: systemClock },
    [rows.longest, ...drawn.map(({ row }) => row)].map(wouldBe(caller, task, floor, cap, baselineModel)),
    task,
  );
  const [longest, ...quoted] = jobs ?? [];
  if (longest === undefined || baseline === undefined)
    throw new Refusal('model-unpriced', `no model that has a price can be called for ${task.name} now`);
  const given = { valid: rows.valid, invalid: rows.invalid, duplicates: rows.duplicates };
  const scale = count / (given.valid + given.invalid);
  const weighed = quoted.map((job, at) => ({
    ...job,
    weight: (drawn[at]?.weight ?? 0) * scale,
    bytes: drawn[at]?.row.bytes ?? 0,
  }));
  const { cost, body } = composeQuote({ jobs: weighed, longest, rows: given, count, floor, cap, baseline, ...known });
  return at.quotes.store({
    id: uuidv7(),
    tenantId: caller.tenant,
    task: task.name,
    version: task.version,
    jobs: jobsOf({ rows: given, count }),
    ...cost,
    body,
    standsMs,
  });
};

export const makeQuote = async (at: MakeQuotePorts, caller: Caller, body: QuoteIn): Promise<QuoteRow> => {
  const inputs = inputsOf(body);
  const ask = await askOfBody(at.tasks, body, caller.tenant);
  const rows = await gatherRows(ask.task, inputs, ask.sample, ({ line }) =>
    body.inputs === undefined ? ['input'] : ['inputs', line],
  );
  return quoteRows(at, caller, ask, rows);
};

export const makeQuoteOfFile = async (
  at: MakeQuotePorts,
  caller: Caller,
  query: QuoteQuery,
  file: RowsFile,
): Promise<QuoteRow> => {
  const ask = await askOfQuery(at.tasks, query, caller.tenant);
  const rows = readRows(file, ask.task, columnsOf(query), quoteFileLimits);
  return quoteRows(at, caller, ask, await gatherRows(ask.task, rows, ask.sample, ({ line }) => ['lines', line]));
};

/** The quote of a job that is not submitted. */
export const quoteOfJob = ({ task, version, input, terms, avoid }: JobIn): QuoteIn => ({
  task,
  version,
  input,
  terms,
  avoid,
});
