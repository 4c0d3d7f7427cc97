import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly json: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly jobs?: number;
  readonly data?: string;
}

export interface Report {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly floor: Readonly<Record<string, number | null>>;
  readonly ratio: Readonly<Record<string, number | null>>;
  readonly notes?: readonly string[];
}

const whole = (text: string | undefined, fallback: number, name: string): number => {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  console.error(`--${name} takes a whole number from 1 to 1,000,000`);
  process.exit(2);
};

export const readOptions = (): BenchOptions => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seed: { type: 'string' },
      jobs: { type: 'string' },
      data: { type: 'string' },
    },
  });
  return {
    json: values.json,
    runs: whole(values.runs, 3, 'runs'),
    seed: whole(values.seed, 1, 'seed'),
    jobs: values.jobs === undefined ? undefined : whole(values.jobs, 1, 'jobs'),
    data: values.data,
  };
};

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export const quantile = (values: readonly number[], share: number): number => {
  const all = sorted(values);
  return all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? Number.NaN;
};
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median of a figure over the runs, with the lowest and highest beside it. */
export const spread = (name: string, values: readonly number[]): Record<string, number> => ({
  [name]: round(median(values)),
  [`${name}Low`]: round(Math.min(...values)),
  [`${name}High`]: round(Math.max(...values)),
});

export const round = (value: number): number => Number(value.toPrecision(4));

export const print = (report: Report, { json, runs, seed }: BenchOptions): void => {
  const rows = (['figures', 'floor', 'ratio'] as const).flatMap((part) =>
    Object.entries(report[part]).map(
      ([name, value]) => [part, name, value === null ? 'not measured' : String(value)] as const,
    ),
  );
  const width = Math.max(...rows.map(([, name]) => name.length));
  console.log(`\n${report.name}`);
  for (const [part, name, value] of rows) console.log(`  ${part.padEnd(8)} ${name.padEnd(width)}  ${value}`);
  for (const note of report.notes ?? []) console.log(`  note     ${note}`);
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  if (json) console.log(JSON.stringify({ ...report, runs, seed, machine }));
};

/** What goes on, for people: never on stdout, which carries the figures alone. */
export const tell = (text: string): void => void process.stderr.write(`> ${text}\n`);
