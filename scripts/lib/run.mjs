import { spawn } from 'node:child_process';

const KEPT_BYTES = 200_000;

const running = new Map();
let ending = false;

/** Runs a command to its end and keeps the tail of what it printed; never throws for its exit code. */
export const capture = (command, args, options = {}) =>
  new Promise((resolve) => {
    // Never answered: whoever asks while all is being stopped must not go on.
    if (ending) return;
    const { timeoutMs, ...rest } = options;
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, ...rest });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-KEPT_BYTES));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (!ending) resolve({ code: code ?? (signal ? 1 : 0), output });
    });
    if (child.pid) running.set(child, new Promise((gone) => child.on('close', gone)));
  });

/** Ends the commands that are still at work, and keeps the program from starting more. */
export const endCaptured = async () => {
  ending = true;
  for (const child of running.keys()) child.kill('SIGTERM');
  await Promise.all(running.values());
};

export const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
