import { composeQuote, quoteJobs, type Catalogue, type ClaimedJob, type TokenCounter } from '@winnow/analysis';
import { defaultFloor, Refusal, type AnyTask, type JobIn, type QuoteIn } from '@winnow/contracts';
import { canonicalJson, sha256Hex, systemClock, uuidv7 } from '@winnow/kernel';
import type { Past, QuoteRow } from '@winnow/storage';
import type { Caller } from '../auth/caller';
import { faultsOf } from '../http/field-faults';
import { refuseBody } from '../http/schema.pipe';
import { capOf, mostInputBytes, taskOf } from '../jobs/read-ask';
import type { ApiPorts } from '../ports';

export interface MakeQuotePorts extends Pick<ApiPorts, 'quotes' | 'tasks'> {
  readonly catalogue: Catalogue;
  readonly tokens: () => Promise<TokenCounter>;
  readonly baselineOf: ApiPorts['baselineOf'];
}

const standsMs = 15 * 60_000;

interface ReadInputs {
  readonly valid: readonly { readonly input: unknown; readonly hash: string }[];
  readonly invalid: number;
  readonly duplicates: number;
}

const readInputs = (task: AnyTask, inputs: readonly unknown[]): ReadInputs => {
  const seen = new Set<string>();
  const valid = inputs.flatMap((given) => {
    const parsed = task.input.safeParse(given);
    if (!parsed.success) return [];
    const canonical = canonicalJson(parsed.data);
    if (Buffer.byteLength(canonical) > mostInputBytes) return [];
    const hash = sha256Hex(canonical);
    seen.add(hash);
    return [{ input: parsed.data as unknown, hash }];
  });
  if (valid.length === 0) {
    const first = task.input.safeParse(inputs[0]);
    throw refuseBody(
      first.success
        ? [{ pointer: '/inputs', code: 'too-long', detail: 'no input is small enough' }]
        : faultsOf(first.error.issues, inputs[0], ['inputs', 0]),
    );
  }
  return { valid, invalid: inputs.length - valid.length, duplicates: valid.length - seen.size };
};

/** A job that nobody has accepted: what intake would be handed if it were. */
const wouldBe = (caller: Caller, task: AnyTask, floor: number, cap: bigint, baselineModel: string) => {
  const shared = { tenantId: caller.tenant, task: task.name, version: task.version, floor, cap, baselineModel };
  return ({ input, hash }: ReadInputs['valid'][number]): ClaimedJob => ({
    ...shared,
    id: uuidv7(),
    batchId: null,
    endUser: null,
    input,
    inputHash: hash,
    whenOver: 'park',
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

const inputsOf = ({ inputs, input, file }: QuoteIn): readonly unknown[] => {
  if (file !== undefined)
    throw refuseBody([
      { pointer: '/file', code: 'not-allowed', detail: 'files are not taken here yet: send `inputs`' },
    ]);
  if ((inputs === undefined) === (input === undefined))
    throw refuseBody([{ pointer: '/inputs', code: 'required', detail: 'either `inputs` or `input`' }]);
  return inputs ?? [input];
};

/** The real way of a job, cut before money moves: nothing is written but the quote itself. */
export const makeQuote = async (at: MakeQuotePorts, caller: Caller, body: QuoteIn): Promise<QuoteRow> => {
  const inputs = inputsOf(body);
  const task = taskOf(at.tasks, body);
  const { quality: floor = defaultFloor, maxCost } = body.terms ?? {};
  const cap = capOf(maxCost, caller.key);
  const { valid, invalid, duplicates } = readInputs(task, inputs);
  const { tenant } = caller;
  const [tokens, baselineModel, track, past, rooms] = await Promise.all([
    at.tokens(),
    at.baselineOf(tenant),
    at.quotes.track(tenant, task.name),
    at.quotes.past(tenant, task.name, task.version),
    at.quotes.rooms(tenant),
  ]);
  const baseline = at.catalogue.baseline(baselineModel);
  const jobs = await quoteJobs(
    { catalogue: at.catalogue, tokens, clock: systemClock },
    valid.map(wouldBe(caller, task, floor, cap, baselineModel)),
    task,
  );
  if (jobs === null || baseline === undefined)
    throw new Refusal('model-unpriced', `no model that has a price can be called for ${task.name} now`);
  const { cost, body: composed } = composeQuote({
    jobs,
    rows: { valid: valid.length, invalid, duplicates },
    floor,
    cap,
    baseline,
    lengths: lengthsOf(past),
    scores: { n: Number(past.scored), sum: past.score_sum, squares: past.score_squares },
    paid: paidOf(past),
    kappa: track.kappa,
    rooms,
  });
  return at.quotes.store({
    id: uuidv7(),
    tenantId: tenant,
    task: task.name,
    version: task.version,
    jobs: valid.length,
    ...cost,
    body: composed,
    standsMs,
  });
};

/** The quote of a job that is not submitted. */
export const quoteOfJob = ({ task, version, input, terms, avoid }: JobIn): QuoteIn => ({
  task,
  version,
  input,
  terms,
  avoid,
});
