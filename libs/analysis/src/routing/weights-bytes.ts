import { phiSize } from './features';
import type { Level, PairMetrics, RouterWeights } from './router';

/** Of the 135,000 places of a head few are ever touched: their numbers and values, as they lie in a column of bytes. */
const packHead = (head: Float32Array): Buffer => {
  const places = [...head.keys()].filter((at) => head[at] !== 0);
  const bytes = Buffer.alloc(4 + 8 * places.length);
  bytes.writeUInt32LE(places.length, 0);
  for (const [i, at] of places.entries()) {
    bytes.writeUInt32LE(at, 4 + 8 * i);
    bytes.writeFloatLE(head[at] ?? 0, 8 + 8 * i);
  }
  return bytes;
};

const unpackHead = (bytes: Buffer): Float32Array => {
  const head = new Float32Array(phiSize);
  const places = bytes.readUInt32LE(0);
  if (bytes.length !== 4 + 8 * places) throw new RangeError('the weights of a router are cut short');
  for (let i = 0; i < places; i += 1) {
    const at = bytes.readUInt32LE(4 + 8 * i);
    if (at >= phiSize) throw new RangeError('the weights of a router belong to other features');
    head[at] = bytes.readFloatLE(8 + 8 * i);
  }
  return head;
};

interface Header {
  readonly size: number;
  readonly task: string;
  readonly version: number;
  readonly rungs: readonly string[];
  readonly levels: readonly (readonly Level[])[];
  readonly metrics: readonly PairMetrics[];
  readonly heads: readonly number[];
}

/** A line of JSON, then the heads in order: base, and plus and minus of each pair. */
export const encodeWeights = ({ base, pairs, ...rest }: RouterWeights): Buffer => {
  const heads = [base, ...pairs.flatMap(({ plus, minus }) => [plus, minus])].map(packHead);
  const header: Header = { ...rest, size: phiSize, heads: heads.map(({ length }) => length) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...heads]);
};

export const decodeWeights = (bytes: Buffer): RouterWeights => {
  const end = bytes.indexOf(10);
  const { size, heads: lengths, ...rest } = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
  if (size !== phiSize) throw new RangeError(`the weights of a router are of ${size} features, not ${phiSize}`);
  let at = end + 1;
  const heads = lengths.map((length) => unpackHead(bytes.subarray(at, (at += length))));
  const [base, ...others] = heads;
  if (base === undefined || others.length !== 2 * (rest.rungs.length - 1))
    throw new RangeError('the weights of a router lack a head');
  const pairs = Array.from({ length: others.length / 2 }, (_, k) => ({
    plus: others[2 * k] ?? base,
    minus: others[2 * k + 1] ?? base,
  }));
  return { ...rest, base, pairs };
};
