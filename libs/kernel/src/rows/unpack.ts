import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RowsFault, type Bytes } from './rows-fault';

export interface UnpackLimits {
  readonly maxBytes: number;
  /** how many times its own size a compressed file may become */
  readonly maxRatio: number;
}

const tooLarge = (maxBytes: number, what: string): RowsFault =>
  new RowsFault('too-large', `${what} is larger than ${maxBytes} bytes`, null, maxBytes);

async function* within(bytes: Bytes, maxBytes: number, note: (size: number) => void): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes, 'the body');
    note(size);
    yield chunk;
  }
}

const asFault = (error: unknown): unknown =>
  (error as { code?: unknown }).code?.toString().startsWith('Z_')
    ? new RowsFault('not-gzip', 'the body is not valid gzip')
    : error;

/** A file's bytes, unpacked where it is packed: never more of them than the limits allow, and only as fast as they are read. */
export async function* unpack(
  bytes: Bytes,
  gzip: boolean,
  { maxBytes, maxRatio }: UnpackLimits,
): AsyncGenerator<Uint8Array> {
  if (!gzip) return yield* within(bytes, maxBytes, () => undefined);
  let arrived = 0;
  let size = 0;
  const packed = Readable.from(
    within(bytes, maxBytes, (now) => {
      arrived = now;
    }),
  );
  const unpacker = createGunzip();
  packed.on('error', (error) => unpacker.destroy(error));
  packed.pipe(unpacker);
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes, 'the body unpacked');
      if (size > arrived * maxRatio)
        throw new RowsFault('bomb', `the body unpacks to more than ${maxRatio} times its size`, null, maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw asFault(error);
  } finally {
    packed.destroy();
    unpacker.destroy();
  }
}
