import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A prompt that a weak and a strong model answered, and whether each was right. */
export interface Prompt {
  readonly prompt: string;
  readonly weak: number;
  readonly strong: number;
  readonly domain?: string;
  readonly weak_response?: string;
}

const fallback = '../shared/data';

const isPrompt = (row: unknown): row is Prompt => {
  const { prompt, weak, strong } = row as Partial<Prompt>;
  return typeof prompt === 'string' && [0, 1].includes(weak ?? -1) && [0, 1].includes(strong ?? -1);
};

/** Says what is missing and ends the bench with 2. */
const missing = (what: string): never => {
  console.error(`${what}. Name a folder that has it: --data FOLDER (${fallback} when not given)`);
  process.exit(2);
};

/** The rows of `router/<name>.jsonl`, plain or gzipped, in the data folder. */
export const readPrompts = (folder: string | undefined, name: string): readonly Prompt[] => {
  const place = join(resolve(folder ?? fallback), 'router');
  const pattern = new RegExp(`^${name}.*\\.jsonl(\\.gz)?$`);
  const file = existsSync(place) ? readdirSync(place).find((entry) => pattern.test(entry)) : undefined;
  if (file === undefined) return missing(`There is no ${name}.jsonl.gz in ${place}`);
  const bytes = readFileSync(join(place, file));
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n');
  const rows = lines.map((line): unknown => JSON.parse(line));
  const strange = rows.findIndex((row) => !isPrompt(row));
  if (strange >= 0) return missing(`Line ${strange + 1} of ${file} has no prompt, weak or strong (0 or 1)`);
  return rows.filter(isPrompt);
};
