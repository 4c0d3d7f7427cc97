import type { FileHandle } from 'node:fs/promises';
import type { InvoiceLine } from './invoice-line';

const CHUNK_BYTES = 256 * 1_024;
const NEWLINE = 0x0a;

export interface PlacedLine {
  readonly line: InvoiceLine;
  readonly offset: number;
  /** Offset of the byte after its newline. */
  readonly end: number;
}

/** The whole lines between two offsets. A last line without its newline is left out. */
export async function* linesOf(file: FileHandle, from: number, to: number): AsyncGenerator<PlacedLine> {
  let carried = Buffer.alloc(0);
  let at = from;
  let offset = from;
  while (at < to) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, to - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    const bytes = Buffer.concat([carried, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const line = JSON.parse(bytes.toString('utf8', start, end)) as InvoiceLine;
      const length = end + 1 - start;
      yield { line, offset, end: offset + length };
      offset += length;
      start = end + 1;
    }
    carried = Buffer.from(bytes.subarray(start));
  }
}
