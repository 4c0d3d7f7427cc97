import { spawn } from 'node:child_process';

const KEPT_BYTES = 200_000;

/** Runs a command to its end and keeps the tail of what it printed; never throws for its exit code. */
export const capture = (command, args, options = {}) =>
  new Promise((resolve) => {
    const { timeoutMs, ...rest } = options;
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, ...rest });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-KEPT_BYTES));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), output }));
  });

/** Runs a command on this terminal and hands back its exit code (128 + n for a signal, as shells do). */
export const attach = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const { onStart, ...rest } = options;
    const child = spawn(command, args, { stdio: 'inherit', ...rest });
    onStart?.(child);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });

export const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
