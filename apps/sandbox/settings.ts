import { join } from 'node:path';
import { z } from 'zod';

const environment = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_INVOICE: z.string().min(1).optional(),
  SANDBOX_FSYNC: z.enum(['on', 'off']).default('on'),
  WINNOW_DATA_DIR: z.string().min(1).default('.data'),
});

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly invoicePath: string;
  readonly fsync: boolean;
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const read = environment.safeParse(env);
  if (!read.success) {
    throw new Error(`bad environment: ${read.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
  }
  const { SANDBOX_PORT, SANDBOX_HOST, SANDBOX_INVOICE, SANDBOX_FSYNC, WINNOW_DATA_DIR } = read.data;
  return {
    port: SANDBOX_PORT,
    host: SANDBOX_HOST,
    invoicePath: SANDBOX_INVOICE ?? join(WINNOW_DATA_DIR, 'sandbox', 'invoice.jsonl'),
    fsync: SANDBOX_FSYNC === 'on',
  };
}
