import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sha256Hex } from '@winnow/kernel';
import { parseLitellm, type ParsedFile } from './parse-litellm';

const mostBytes = 64 * 1024 * 1024;

export interface PriceFile extends ParsedFile {
  readonly file: string;
  readonly print: string;
  /** from when the prices hold: the date in the file, else the one in its name, else now */
  readonly holdsFrom: string;
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const dateInName = (name: string): string | null => {
  const date = /\d{4}-\d{2}-\d{2}/.exec(name)?.[0];
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
};

export const readPriceFile = async (path: string, now: Date): Promise<PriceFile> => {
  const bytes = await readFile(path);
  const text = (isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes).toString('utf8');
  const file = basename(path);
  const fallback = dateInName(file) ?? now.toISOString();
  const parsed = parseLitellm(text, fallback);
  return { ...parsed, file, print: sha256Hex(text), holdsFrom: parsed.from ?? fallback };
};
