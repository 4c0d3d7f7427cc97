import { tierOfPrice } from '@winnow/analysis';
import { printUsd } from '@winnow/kernel';
import { isWritten, type PriceChange } from './diff-prices';

const trim = (text: string): string => text.replace(/0+$/, '').replace(/\.$/, '');
const rate = (nano: bigint): string => trim(printUsd(nano));

const moved = (now: bigint, before: bigint | undefined): string =>
  before === undefined || before === now ? rate(now) : `${rate(before)} → ${rate(now)}`;

const head = ['what', 'model', 'service', 'tier', 'input', 'cache read', 'cache write', 'output', 'note'];

const lineOf = ({ what, price, before }: PriceChange): string[] => [
  price.quarantine === null ? what : 'quarantined',
  `${price.provider}/${price.model}`,
  price.serviceTier,
  tierOfPrice(price),
  moved(price.input, before?.input),
  moved(price.cacheRead, before?.cacheRead),
  moved(price.cacheWrite, before?.cacheWrite),
  moved(price.output, before?.output),
  price.quarantine ?? '',
];

export const alignTable = (lines: readonly (readonly string[])[]): string => {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** What would be written, as a table: dollars per million tokens, before and after. */
export const printChanges = (changes: readonly PriceChange[]): string =>
  alignTable([head, ...changes.filter(isWritten).map(lineOf)]);
