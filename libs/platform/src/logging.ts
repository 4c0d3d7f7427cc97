import pino, { type Logger } from 'pino';

export type { Logger };

const redact = ['authorization', 'cookie', '*.authorization', '*.cookie', '*.apiKey', '*.secret', '*.password'];

/** JSON lines on stdout: time, level, app, msg. Inputs, prompts, answers and headers never. */
export const createLogger = (app: string, level: string): Logger =>
  pino({ base: { app }, level, redact: { paths: redact, censor: '[redacted]' }, messageKey: 'msg' });
