import { setImmediate as breathe } from 'node:timers/promises';
import { sizeOf, type Drawable, type KindTotal } from '@winnow/analysis';
import type { AnyTask, FieldFault, Row } from '@winnow/contracts';
import { canonicalJson, sha256Hex } from '@winnow/kernel';
import { faultsOf } from '../http/field-faults';
import { refuseBody } from '../http/schema.pipe';
import { mostInputBytes } from '../jobs/read-ask';

/** A row that may be drawn. Its input is kept as text: what was read with it can be forgotten. */
export interface PooledRow extends Drawable {
  readonly canonical: string;
  readonly hash: string;
}

export interface Gathered {
  readonly valid: number;
  readonly invalid: number;
  readonly duplicates: number;
  readonly totals: ReadonlyMap<number, KindTotal>;
  readonly pool: readonly PooledRow[];
  readonly longest: PooledRow;
}

type Checked = PooledRow | { readonly faults: readonly FieldFault[] };

/** The pool is so many times the sample, for the sample to be spread over its lengths and categories. */
const poolOfSample = 4;
const longestTurnMs = 8;

/** Fifty-two bits: among 100,000 rows two that differ meet in one file of a million, and a number needs no memory to speak of. */
const printOf = (hash: string): number => Number.parseInt(hash.slice(0, 13), 16);

/** Thirty-two bits of the content, stirred by the place, so that twins are drawn apart. */
const chanceOf = (hash: string, place: number): number => {
  let bits = Number.parseInt(hash.slice(0, 8), 16) ^ Math.imul(place, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

const check = (task: AnyTask, row: Row, place: number, steps: readonly (string | number)[]): Checked => {
  if ('fault' in row) return { faults: [{ pointer: `/${steps.join('/')}`, code: 'malformed', detail: row.fault }] };
  const parsed = task.input.safeParse(row.input);
  if (!parsed.success) return { faults: faultsOf(parsed.error.issues, row.input, steps) };
  const canonical = canonicalJson(parsed.data);
  const bytes = Buffer.byteLength(canonical);
  if (bytes > mostInputBytes)
    return {
      faults: [{ pointer: `/${steps.join('/')}`, code: 'too-long', detail: `at most ${mostInputBytes} bytes as JSON` }],
    };
  const hash = sha256Hex(canonical);
  const { category } = parsed.data as { readonly category?: unknown };
  return {
    canonical,
    hash,
    bytes,
    kind: sizeOf(task.start.maxTokens(parsed.data)),
    // Longer, it would keep the whole piece of the file alive that it was cut from.
    category: typeof category === 'string' ? category.slice(0, 12) : '',
    chance: chanceOf(hash, place),
  };
};

/** A uniform sample by content, of bounded size: those to which chance was least. */
const createPool = (size: number) => {
  let kept: PooledRow[] = [];
  const prune = (): void => {
    kept = kept.sort((a, b) => a.chance - b.chance).slice(0, size);
  };
  return {
    add: (row: PooledRow): void => {
      kept.push(row);
      if (kept.length >= 2 * size) prune();
    },
    rows: (): readonly PooledRow[] => {
      if (kept.length > size) prune();
      return kept;
    },
  };
};

/** Others get their turn, however fast rows come. */
const createTurns = () => {
  let began = performance.now();
  return async (): Promise<void> => {
    if (performance.now() - began < longestTurnMs) return;
    await breathe();
    began = performance.now();
  };
};

/** Holds every row to the task's schema and counts it; keeps those of which the sample is drawn. */
export const gatherRows = async (
  task: AnyTask,
  rows: AsyncIterable<Row> | Iterable<Row>,
  sample: number,
  stepsOf: (row: Row) => readonly (string | number)[],
): Promise<Gathered> => {
  const seen = new Set<number>();
  const totals = new Map<number, KindTotal>();
  const pool = createPool(sample * poolOfSample);
  const turn = createTurns();
  let [valid, invalid] = [0, 0];
  let longest: PooledRow | null = null;
  let firstFaults: readonly FieldFault[] = [];
  for await (const row of rows) {
    await turn();
    const checked = check(task, row, valid + invalid, stepsOf(row));
    if ('faults' in checked) {
      invalid += 1;
      if (invalid === 1) firstFaults = checked.faults;
      continue;
    }
    valid += 1;
    seen.add(printOf(checked.hash));
    pool.add(checked);
    if (longest === null || checked.bytes > longest.bytes) longest = checked;
    const total = totals.get(checked.kind) ?? { rows: 0, bytes: 0 };
    totals.set(checked.kind, { rows: total.rows + 1, bytes: total.bytes + checked.bytes });
  }
  if (longest === null) throw refuseBody(firstFaults);
  return { valid, invalid, duplicates: valid - seen.size, totals, pool: pool.rows(), longest };
};
