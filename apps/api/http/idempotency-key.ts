import { Refusal } from '@winnow/contracts';

const bare = /^[\x20-\x7e]{1,255}$/;
const quoted = /^"((?:[^"\\]|\\["\\])*)"$/;

/** The key in an Idempotency-Key header, quoted as a structured field or bare. */
export const readIdempotencyKey = (header: string | string[] | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const text = String(header).trim();
  const key = text.startsWith('"') ? quoted.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') : text;
  if (key === undefined || !bare.test(key))
    throw new Refusal(
      'idempotency-key-invalid',
      'it has to be 1 to 255 printable ASCII characters, bare or in double quotes',
    );
  return key;
};
