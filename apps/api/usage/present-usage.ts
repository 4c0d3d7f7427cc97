import { meanScore } from '@winnow/analysis';
import {
  savingsLines,
  type SavingsLine,
  type SavingsReport,
  type UsageDimension,
  type UsageOut,
} from '@winnow/contracts';
import { encodeId, printUsd } from '@winnow/kernel';
import type { UsageRow, UsageSums } from '@winnow/storage';

type Counted = UsageOut['total'];
type Saved = Omit<SavingsReport['data'][number], 'at' | 'group'>;
type Group = UsageOut['data'][number]['group'];

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
const shareOf = (part: bigint, whole: bigint): number | null =>
  whole === 0n ? null : rounded(Number(part) / Number(whole));

export const presentCounts = (sums: UsageSums): Counted => ({
  jobs: Number(sums.jobs),
  attempts: Number(sums.attempts),
  tokens: { input: Number(sums.input), cached: Number(sums.cached_input), output: Number(sums.output) },
  cost: printUsd(sums.cost),
  useful: printUsd(sums.useful),
  billedToUseful: shareOf(sums.cost, sums.useful),
  baseline: printUsd(sums.baseline),
  saved: printUsd(sums.saved),
});

const lineOf = (sums: UsageSums, line: SavingsLine): bigint =>
  line === 'provider-cache' ? sums.provider_cache : sums[line];

export const presentSavings = (sums: UsageSums): Saved => ({
  baseline: printUsd(sums.baseline),
  actual: printUsd(sums.cost),
  saved: printUsd(sums.saved),
  share: shareOf(sums.saved, sums.baseline),
  savings: Object.fromEntries(savingsLines.map((line) => [line, printUsd(lineOf(sums, line))])) as Saved['savings'],
  plain: {
    baseline: printUsd(sums.plain),
    saved: printUsd(sums.plain - sums.cost),
    share: shareOf(sums.plain - sums.cost, sums.plain),
  },
  quality: meanScore({ n: Number(sums.scored), sum: sums.score_sum, squares: sums.score_squares }),
});

const nameOf = (dimension: UsageDimension, name: string): string | null => {
  if (name === '') return null;
  return dimension === 'key' ? encodeId('key', name) : name;
};

export const presentGroup = (by: readonly UsageDimension[], row: UsageRow): Group =>
  Object.fromEntries(by.map((dimension, index) => [dimension, nameOf(dimension, row.names[index] ?? '')]));

const csvOfCounts = (sums: UsageSums) => {
  const { jobs, attempts, tokens, cost, useful, billedToUseful, baseline, saved } = presentCounts(sums);
  return [jobs, attempts, tokens.input, tokens.cached, tokens.output, cost, useful, billedToUseful, baseline, saved];
};
const csvOfSavings = (sums: UsageSums) => {
  const { baseline, actual, saved, share, savings, plain } = presentSavings(sums);
  return [baseline, actual, saved, share, plain.baseline, plain.saved, ...savingsLines.map((line) => savings[line])];
};

/** The columns of a CSV behind time and group, and what stands in them. */
export const csvColumns = {
  usage: {
    header: [
      'jobs',
      'attempts',
      'inputTokens',
      'cachedTokens',
      'outputTokens',
      'cost',
      'useful',
      'billedToUseful',
      'baseline',
      'saved',
    ],
    cells: csvOfCounts,
  },
  savings: {
    header: ['baseline', 'actual', 'saved', 'share', 'plainBaseline', 'plainSaved', ...savingsLines],
    cells: csvOfSavings,
  },
} as const;
