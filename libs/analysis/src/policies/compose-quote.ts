import type { QuoteBody } from '@winnow/contracts';
import { printUsd, priceTokens, sumNano, type Nano } from '@winnow/kernel';
import type { PriceRule } from '../ports';
import type { QuotedJob } from '../quote-jobs';
import { expectOutput, type LengthBin, type OutputForecast } from './expect-output';
import { expectQuality, type ScoresSeen } from './expect-quality';
import { forecastCost, type CallGroup, type CostForecast, type PaidRatio } from './forecast-cost';

export interface QuoteParts {
  readonly jobs: readonly QuotedJob[];
  readonly rows: QuoteBody['rows'];
  readonly floor: number;
  readonly cap: Nano;
  readonly baseline: PriceRule;
  /** lengths of past answers of this task, by model and class of max tokens */
  readonly lengths: (model: string, size: number) => readonly LengthBin[];
  readonly scores: ScoresSeen;
  readonly paid: PaidRatio;
  readonly kappa: number;
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
  readonly jobs: readonly QuotedJob[];
  readonly call: CallGroup;
}

const groupsOf = ({ jobs, lengths }: QuoteParts): Grouped[] =>
  [...Map.groupBy(jobs, ({ rung, maxTokens }) => `${rung.price.id} ${sizeOf(maxTokens)}`).values()].flatMap((alike) => {
    const first = alike[0];
    if (first === undefined) return [];
    const { rung, maxTokens } = first;
    const output = expectOutput(lengths(rung.model, sizeOf(maxTokens)), maxTokens);
    const inputTokens = alike.reduce((sum, job) => sum + job.inputTokens, 0);
    return [{ jobs: alike, call: { price: rung.price, calls: alike.length, inputTokens, output } }];
  });

const asBaseline = (baseline: PriceRule, groups: readonly Grouped[]): Nano =>
  sumNano(
    groups.map(({ call }) =>
      priceTokens([
        { tokens: call.inputTokens, nanoPerMillion: baseline.input },
        { tokens: Math.round(call.calls * call.output.mean), nanoPerMillion: baseline.output },
      ]),
    ),
  );

const mixOf = <Name>(parts: QuoteParts, groups: readonly Grouped[], nameOf: (job: QuotedJob) => Name) => {
  const names = [...new Set(parts.jobs.map(nameOf))];
  return names.map((name) => {
    const mine = groups.flatMap(({ jobs, call }) => {
      const some = jobs.filter((job) => nameOf(job) === name);
      const inputTokens = some.reduce((sum, job) => sum + job.inputTokens, 0);
      return some.length === 0 ? [] : [{ ...call, calls: some.length, inputTokens }];
    });
    const calls = mine.reduce((sum, call) => sum + call.calls, 0);
    const { expected } = forecastCost(mine, parts.paid, parts.kappa);
    return { name, share: calls / parts.jobs.length, cost: printUsd(expected) };
  });
};

/** The first scope that would stop it: a job that is over its own cap, or a budget that the upper end does not fit into. */
const bindingOf = ({ jobs, cap, rooms }: QuoteParts, { high }: CostForecast): string | null =>
  jobs.some(({ worst }) => worst > cap) ? 'request' : (rooms.find(({ left }) => left < high)?.scope ?? null);

const basisOf = (outputs: readonly OutputForecast[], kappa: number): QuoteBody['basis'] => ({
  observations: outputs.reduce((least, { observations }) => Math.min(least, observations), Number.MAX_SAFE_INTEGER),
  prior: outputs.some(({ prior }) => prior),
  kappa: Math.round(kappa * 1e4) / 1e4,
});

/** What a set of jobs would cost and score. There is at least one. */
export const composeQuote = (parts: QuoteParts): ComposedQuote => {
  const groups = groupsOf(parts);
  const cost = forecastCost(
    groups.map(({ call }) => call),
    parts.paid,
    parts.kappa,
  );
  const baseline = asBaseline(parts.baseline, groups);
  const saved = baseline - cost.expected;
  const binding = bindingOf(parts, cost);
  const { expected, low, high } = cost;
  const body: QuoteBody = {
    count: parts.rows.valid + parts.rows.invalid,
    level,
    cost: {
      expected: printUsd(expected),
      low: printUsd(low),
      high: printUsd(high),
      worst: printUsd(sumNano(parts.jobs.map(({ worst }) => worst))),
    },
    baseline: printUsd(baseline),
    saved: {
      expected: printUsd(saved),
      share: baseline === 0n ? null : Math.round((Number(saved) / Number(baseline)) * 1e4) / 1e4,
    },
    quality: { ...expectQuality(parts.scores), floor: parts.floor },
    time: null,
    lanes: mixOf(parts, groups, ({ lane }) => lane).map(({ name, ...rest }) => ({ lane: name, ...rest })),
    tiers: mixOf(parts, groups, ({ tier }) => tier).map(({ name, ...rest }) => ({ tier: name, ...rest })),
    rows: parts.rows,
    fits: binding === null,
    binding,
    basis: basisOf(
      groups.map(({ call }) => call.output),
      parts.kappa,
    ),
  };
  return { cost, body };
};
