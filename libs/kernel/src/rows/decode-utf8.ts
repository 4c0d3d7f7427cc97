import { isUtf8 } from 'node:buffer';
import { RowsFault, type Bytes } from './rows-fault';

const newline = 0x0a;
const byteOrderMark = '\uFEFF';
const longestCharacter = 4;

const lengthOf = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1);

/** Where the last character begins, if the bytes end inside of it; else their end. */
const wholeUpTo = (bytes: Buffer): number => {
  for (let back = 1; back < longestCharacter && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
};

const countLines = (bytes: Buffer): number => {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) lines += 1;
  return lines;
};

/** How many lines come before the one that is not UTF-8: no byte of a longer character looks like a newline. */
const linesBeforeFault = (bytes: Buffer): number => {
  let lines = 0;
  for (let at = 0; at < bytes.length; lines += 1) {
    const found = bytes.indexOf(newline, at);
    const end = found === -1 ? bytes.length : found + 1;
    if (!isUtf8(bytes.subarray(at, end))) break;
    at = end;
  }
  return lines;
};

/** The text of a file, its byte order mark dropped, cut only between characters. */
export async function* decodeUtf8(chunks: Bytes): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let lines = 1;
  let isFirst = true;
  const decode = (bytes: Buffer): string => {
    if (!isUtf8(bytes)) {
      const line = lines + linesBeforeFault(bytes);
      throw new RowsFault('not-utf8', `line ${line} is not UTF-8`, line);
    }
    lines += countLines(bytes);
    const text = bytes.toString('utf8');
    const bare = isFirst && text.startsWith(byteOrderMark) ? text.slice(1) : text;
    if (text !== '') isFirst = false;
    return bare;
  };
  for await (const chunk of chunks) {
    // A view, no copy: twice the bytes of a file would wait for the collector.
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
    const whole = wholeUpTo(bytes);
    rest = bytes.subarray(whole);
    if (whole > 0) yield decode(bytes.subarray(0, whole));
  }
  if (rest.length > 0) yield decode(rest);
}
