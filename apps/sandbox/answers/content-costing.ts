import type { Item } from './item';
import { clip, inGerman, isPlainlyEnglish, mistakeFor, readsEnglish, recordsAt, round } from './material';

interface Line {
  readonly name: string;
  readonly qty: number;
  readonly unitCost: number;
  readonly amount: number;
}

const lineOf = (name: unknown, qty: unknown, cost: unknown, n: number): Line => {
  const [count, each] = [Number(qty) || 0, Number(cost) || 0];
  return {
    name: typeof name === 'string' ? name : `Item ${n + 1}`,
    qty: count,
    unitCost: each,
    amount: round(count * each, 2),
  };
};

const totalOf = (lines: readonly Line[]): number =>
  round(
    lines.reduce((sum, { amount }) => sum + amount, 0),
    2,
  );

function spoil(right: { lines: Line[]; total: number }, item: Item): object {
  const { lines, total } = right;
  const names = lines.map(({ name }) => name).join('\n');
  switch (
    mistakeFor(item, ['line', 'total', 'missing', 'assumptions', ...(isPlainlyEnglish(names) ? ['language'] : [])])
  ) {
    case 'line': {
      const wrong = lines.map((line, n) => (n === 0 ? { ...line, amount: round(line.amount * 1.1 + 10, 2) } : line));
      return { ...right, lines: wrong, total: totalOf(wrong) };
    }
    case 'missing':
      return { ...right, lines: lines.slice(1), total: totalOf(lines.slice(1)) };
    case 'assumptions':
      return { ...right, assumptions: [] };
    case 'language':
      return { ...right, assumptions: [inGerman] };
    default:
      return { ...right, total: round(total * 1.05 + 10, 2) };
  }
}

export function contentCosting(item: Item, isWrong: boolean): Record<string, unknown> {
  const items = recordsAt(item, 'items');
  const lines = [
    ...items.map(({ name, qty, unitCost }, n) => lineOf(name, qty, unitCost, n)),
    ...recordsAt(item, 'overheads').map(({ name, amount }, n) => lineOf(name, 1, amount, items.length + n)),
  ];
  const names = lines.map(({ name }) => name).join('\n');
  const right = {
    lines,
    total: totalOf(lines),
    assumptions: readsEnglish(names)
      ? ['Prices are net of tax.', 'Waste and returns are not in it.']
      : [clip(lines[0]?.name ?? '', 280)],
  };
  return (isWrong ? spoil(right, item) : right) as Record<string, unknown>;
}
