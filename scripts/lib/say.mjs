/** A fault that its reader can mend: printed as one line, without a stack. */
export class Fault extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const coloured = (stream) => {
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR) return process.env.FORCE_COLOR !== '0';
  return Boolean(stream.isTTY);
};

const painter = (stream) => (code, text) => (coloured(stream) ? `\x1b[${code}m${text}\x1b[0m` : text);
export const onOut = painter(process.stdout);
export const onErr = painter(process.stderr);

// Progress goes to stderr: a bench's stdout belongs to the bench.
export const say = (text) => process.stderr.write(`${onErr('2', '>')} ${text}\n`);
export const warn = (text) => process.stderr.write(`${onErr('33', '!')} ${text}\n`);
export const fail = (text) => process.stderr.write(`${onErr('31;1', 'x')} ${text}\n`);

export const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Says what begins and how long it took; the work's own result comes back. */
export const timed = async (what, work) => {
  const began = Date.now();
  const result = await work();
  say(`${what} ${onErr('2', `(${seconds(began)})`)}`);
  return result;
};
