import { isUtf8 } from 'node:buffer';
import { Refusal } from '@winnow/contracts';
import { findJsonFault } from './find-json-fault';

const replacement = '\uFFFD';
const replacementBytes = Buffer.from(replacement);

/** The first byte that is not UTF-8: a replacement character in the decoded text that is none in the bytes. */
const firstBadByte = (bytes: Buffer): number => {
  const text = bytes.toString('utf8');
  for (
    let at = text.indexOf(replacement), counted = 0, position = 0;
    at !== -1;
    at = text.indexOf(replacement, at + 1)
  ) {
    position += Buffer.byteLength(text.slice(counted, at));
    counted = at;
    if (!bytes.subarray(position, position + 3).equals(replacementBytes)) return position;
  }
  return bytes.length;
};

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The JSON that a body holds; what is wrong with it is told by the byte at which it goes wrong. */
export const decodeJson = (bytes: Buffer): unknown => {
  if (bytes.length === 0) throw new Refusal('malformed-body', 'the body is empty', { position: 0 });
  if (!isUtf8(bytes)) {
    const position = firstBadByte(bytes);
    throw new Refusal('malformed-body', `the body is not UTF-8: byte ${position} fits no character`, { position });
  }
  const skipped = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const text = bytes.toString('utf8', skipped);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const { at, expected } = findJsonFault(text);
    const position = skipped + Buffer.byteLength(text.slice(0, at));
    throw new Refusal('malformed-body', `the body is not JSON: expected ${expected} at byte ${position}`, { position });
  }
};
