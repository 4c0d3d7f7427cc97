import { setImmediate as breathe } from 'node:timers/promises';
import { cutCsv, type CsvRecord } from './cut-csv';
import { cutLines, type Line } from './cut-lines';
import { decodeUtf8 } from './decode-utf8';
import type { Bytes, Cutter } from './rows-fault';
import { unpack, type UnpackLimits } from './unpack';

export interface RecordLimits extends UnpackLimits {
  readonly maxRowBytes: number;
}

/** So much text is cut at once; then others get their turn, also where all of the file is there already. */
const inOneGo = 8_192;

const isFirstHalf = (code: number): boolean => (code & 0xfc00) === 0xd800;

/** Parts by the handful: a promise for each would be most of the work, and most of the memory. */
async function* cut<Part>(texts: AsyncIterable<string>, cutter: Cutter<Part>): AsyncGenerator<readonly Part[]> {
  for await (const text of texts) {
    for (let at = 0, end = 0; at < text.length; at = end) {
      end = Math.min(text.length, at + inOneGo);
      if (end < text.length && isFirstHalf(text.charCodeAt(end - 1))) end -= 1;
      yield cutter.push(text.slice(at, end));
      await breathe();
    }
  }
  yield cutter.end();
}

/** The records of a CSV file, its header first. */
export const csvRecords = (bytes: Bytes, gzip: boolean, limits: RecordLimits): AsyncGenerator<readonly CsvRecord[]> =>
  cut(decodeUtf8(unpack(bytes, gzip, limits)), cutCsv(limits.maxRowBytes));

/** The lines of a JSONL file, blank ones left out. */
export const jsonLines = (bytes: Bytes, gzip: boolean, limits: RecordLimits): AsyncGenerator<readonly Line[]> =>
  cut(decodeUtf8(unpack(bytes, gzip, limits)), cutLines(limits.maxRowBytes));
