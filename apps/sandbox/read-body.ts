import type { IncomingMessage } from 'node:http';

const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

export type ReadBody = { text: string } | { failed: 'too-large' | 'left' };

export function readBody(req: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // Past the limit the rest is read and dropped: a client that is still sending would not see the answer.
      if (bytes > maxBytes) chunks.length = 0;
      else chunks.push(chunk);
    });
    req.on('end', () => {
      if (bytes > maxBytes) return resolve({ failed: 'too-large' });
      resolve({ text: chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString('utf8') });
    });
    req.on('error', () => resolve({ failed: 'left' }));
    req.on('close', () => resolve({ failed: 'left' }));
  });
}
