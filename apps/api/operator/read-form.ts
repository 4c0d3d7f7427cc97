import type { IncomingMessage } from 'node:http';
import { Refusal } from '@winnow/contracts';

const mostBytes = 4_096;
const formType = 'application/x-www-form-urlencoded';

/** The fields of a small form. */
export const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  if (!request.headers['content-type']?.startsWith(formType))
    throw new Refusal('unsupported-media-type', 'a form is expected here', { accepts: [formType] });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes)
      throw new Refusal(
        'body-too-large',
        `the form is larger than ${mostBytes} bytes`,
        { limit: mostBytes },
        { connection: 'close' },
      );
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
};
