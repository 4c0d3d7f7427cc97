export type Log = (msg: string, fields?: Record<string, unknown>) => void;

/** One line of JSON in pino's shape, so that the same tools read every app. Rare by design: never one a call. */
export const logToStdout: Log = (msg, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: Date.now(), level: 30, app: 'sandbox', msg, ...fields })}\n`);
};
