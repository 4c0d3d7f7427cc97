import type { QuoteBody } from '@winnow/contracts';
import { printUsd, priceTokens, sumNano, type Nano } from '@winnow/kernel';
import type { PriceRule } from '../ports';
import type { QuotedJob } from '../quote-jobs';
import { expectOutput, type LengthBin, type OutputForecast } from './expect-output';
import { expectQuality, type ScoresSeen } from './expect-quality';
import { forecastCost, type CallGroup, type CostForecast, type PaidRatio } from './forecast-cost';
import { forecastTime, type Pace } from './forecast-time';
import { varianceOfSample, varianceOfScaling } from './sampling-error';

/** A job that was counted, and how many it stands for. */
export interface WeighedJob extends QuotedJob {
  readonly weight: number;
  /** of its input, as canonical JSON */
  readonly bytes: number;
}

export interface QuoteParts {
  readonly jobs: readonly WeighedJob[];
  /** the longest one, which need not be among them: what fits it, fits all */
  readonly longest: QuotedJob;
  /** the rows that were given */
  readonly rows: QuoteBody['rows'];
  /** the rows that they stand for */
  readonly count: number;
  readonly floor: number;
  readonly cap: Nano;
  readonly baseline: PriceRule;
  /** lengths of past answers of this task, by model and class of max tokens */
  readonly lengths: (model: string, size: number) => readonly LengthBin[];
  readonly scores: ScoresSeen;
  readonly paid: PaidRatio;
  readonly kappa: number;
  readonly pace: Pace;
  readonly rooms: readonly { readonly scope: string; readonly left: Nano }[];
}

export interface ComposedQuote {
  readonly cost: CostForecast;
  readonly body: QuoteBody;
}

const level = 0.95;

/** Answers asked for under about the same limit are of one kind. */
export const sizeOf = (maxTokens: number): number => Math.ceil(Math.log2(maxTokens));

interface Grouped {
  readonly jobs: readonly WeighedJob[];
  readonly call: CallGroup;
}

const sumOf = (jobs: readonly WeighedJob[], figure: (job: WeighedJob) => number): number =>
  jobs.reduce((sum, job) => sum + job.weight * figure(job), 0);
const callsOf = (jobs: readonly WeighedJob[]): number => sumOf(jobs, () => 1);
const inputTokensOf = (jobs: readonly WeighedJob[]): number => Math.round(sumOf(jobs, (job) => job.inputTokens));

/** What the task expects of these answers, on average; null where it expects nothing of one of them. */
const expectedOf = (jobs: readonly WeighedJob[]): number | null =>
  jobs.some(({ expectTokens }) => expectTokens === null)
    ? null
    : sumOf(jobs, ({ expectTokens }) => expectTokens ?? 0) / callsOf(jobs);

const groupsOf = ({ jobs, lengths }: QuoteParts): Grouped[] =>
  [...Map.groupBy(jobs, ({ rung, maxTokens }) => `${rung.price.id} ${sizeOf(maxTokens)}`).values()].flatMap((alike) => {
    const first = alike[0];
    if (first === undefined) return [];
    const { rung, maxTokens } = first;
    const output = expectOutput(lengths(rung.model, sizeOf(maxTokens)), maxTokens, expectedOf(alike));
    const call = { price: rung.price, calls: callsOf(alike), inputTokens: inputTokensOf(alike), output };
    return [{ jobs: alike, call }];
  });

/** The variance that comes of rows that were not counted, and of those that were not even given. */
const samplingOf = ({ rows, count }: QuoteParts, groups: readonly Grouped[]): number => {
  const scale = count / (rows.valid + rows.invalid);
  const costs = groups.map(({ jobs, call }) => {
    const perToken = Number(call.price.input) / 1e6;
    const output = (call.output.mean * Number(call.price.output)) / 1e6;
    return jobs.map(({ weight, bytes, inputTokens }) => ({ weight, bytes, cost: perToken * inputTokens + output }));
  });
  const drawn = costs.reduce((sum, group) => sum + varianceOfSample(group, scale), 0);
  return drawn + varianceOfScaling(costs.flat(), rows.valid, rows.valid * scale);
};

const asBaseline = (baseline: PriceRule, groups: readonly Grouped[]): Nano =>
  sumNano(
    groups.map(({ call }) =>
      priceTokens([
        { tokens: call.inputTokens, nanoPerMillion: baseline.input },
        { tokens: Math.round(call.calls * call.output.mean), nanoPerMillion: baseline.output },
      ]),
    ),
  );

const mixOf = <Name>(parts: QuoteParts, groups: readonly Grouped[], nameOf: (job: WeighedJob) => Name) => {
  const names = [...new Set(parts.jobs.map(nameOf))];
  return names.map((name) => {
    const mine = groups.flatMap(({ jobs, call }) => {
      const some = jobs.filter((job) => nameOf(job) === name);
      return some.length === 0 ? [] : [{ ...call, calls: callsOf(some), inputTokens: inputTokensOf(some) }];
    });
    const calls = mine.reduce((sum, call) => sum + call.calls, 0);
    const { expected } = forecastCost(mine, parts.paid, parts.kappa);
    return {
      name,
      share: Math.min(1, Math.round((calls / callsOf(parts.jobs)) * 1e4) / 1e4),
      cost: printUsd(expected),
    };
  });
};

/** The first scope that would stop it: a job that is over its own cap, or a budget that the upper end does not fit into. */
const bindingOf = ({ jobs, longest, cap, rooms }: QuoteParts, { high }: CostForecast): string | null =>
  [longest, ...jobs].some(({ worst }) => worst > cap)
    ? 'request'
    : (rooms.find(({ left }) => left < high)?.scope ?? null);

const basisOf = (outputs: readonly OutputForecast[], { jobs, kappa }: QuoteParts): QuoteBody['basis'] => ({
  sampled: jobs.length,
  observations: outputs.reduce((least, { observations }) => Math.min(least, observations), Number.MAX_SAFE_INTEGER),
  prior: outputs.some(({ prior }) => prior),
  kappa: Math.round(kappa * 1e4) / 1e4,
});

/** How many jobs would come of the rows. */
export const jobsOf = ({ rows, count }: Pick<QuoteParts, 'rows' | 'count'>): number =>
  Math.max(1, Math.round((count * rows.valid) / (rows.valid + rows.invalid)));

/** What a set of jobs would cost and score. There is at least one. */
export const composeQuote = (parts: QuoteParts): ComposedQuote => {
  const groups = groupsOf(parts);
  const cost = forecastCost(
    groups.map(({ call }) => call),
    parts.paid,
    parts.kappa,
    samplingOf(parts, groups),
  );
  const baseline = asBaseline(parts.baseline, groups);
  const saved = baseline - cost.expected;
  const binding = bindingOf(parts, cost);
  const { expected, low, high } = cost;
  const body: QuoteBody = {
    count: parts.count,
    level,
    cost: {
      expected: printUsd(expected),
      low: printUsd(low),
      high: printUsd(high),
      worst: printUsd(BigInt(Math.round(sumOf(parts.jobs, ({ worst }) => Number(worst))))),
    },
    baseline: printUsd(baseline),
    saved: {
      expected: printUsd(saved),
      share: baseline === 0n ? null : Math.round((Number(saved) / Number(baseline)) * 1e4) / 1e4,
    },
    quality: { ...expectQuality(parts.scores), floor: parts.floor },
    time: forecastTime(jobsOf(parts), parts.pace),
    lanes: mixOf(parts, groups, ({ lane }) => lane).map(({ name, ...rest }) => ({ lane: name, ...rest })),
    tiers: mixOf(parts, groups, ({ tier }) => tier).map(({ name, ...rest }) => ({ tier: name, ...rest })),
    rows: parts.rows,
    fits: binding === null,
    binding,
    basis: basisOf(
      groups.map(({ call }) => call.output),
      parts,
    ),
  };
  return { cost, body };
};
