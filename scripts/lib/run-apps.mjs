import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrefixes, onLines, renderLine } from './log-render.mjs';
import { inRoot } from './paths.mjs';
import { Fault, onErr, onOut, say, warn } from './say.mjs';

const READY_WITHIN_MS = 120_000;
const COMPLAIN_AFTER_MS = 15_000;
const KEPT_LINES = 15;
// sysexits.h EX_CONFIG: the app has printed which variable is wrong.
const WRONG_CONFIGURATION = 78;

const entryOf = (app) => inRoot('dist', 'apps', app.name, 'main.js');

export const checkEntries = (instances) => {
  const missing = instances.filter(({ app }) => !existsSync(entryOf(app)));
  if (missing.length > 0)
    throw new Fault(`The build has no ${missing.map(({ app }) => `apps/${app.name}/main.ts`).join(', ')}.`);
};

const follow = (running, prefix) => {
  for (const stream of [running.child.stdout, running.child.stderr]) {
    onLines(stream, (line) => {
      const rendered = renderLine(line, onOut);
      running.tail.push(renderLine(line));
      if (running.tail.length > KEPT_LINES) running.tail.shift();
      process.stdout.write(rendered.replace(/^/gm, `${prefix} `) + '\n');
    });
  }
};

const explain = ({ label, tail }, { code, signal, error }) => {
  const how = error?.message ?? (signal ? `killed by ${signal}` : `exit ${code}`);
  const cause =
    code === WRONG_CONFIGURATION
      ? `${label} refuses its configuration (exit ${code}): correct the variables named here and start again`
      : `${label} ended (${how})`;
  return new Fault(`${cause}${tail.length > 0 ? `; its last lines:\n${tail.join('\n')}` : '.'}`);
};

const askReady = async (url) => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return { ready: answer.status === 200, why: `${answer.status} ${(await answer.text()).slice(0, 300)}` };
  } catch (error) {
    return { ready: false, why: error.cause?.code ?? error.message };
  }
};

const untilReady = async (running) => {
  const began = Date.now();
  let complained = false;
  for (;;) {
    const { ready, why } = await askReady(running.readyUrl);
    if (ready || running.over) return;
    const waitedMs = Date.now() - began;
    if (waitedMs > READY_WITHIN_MS)
      throw new Fault(`${running.label} is not ready after ${READY_WITHIN_MS / 1000} s: ${why}`);
    if (waitedMs > COMPLAIN_AFTER_MS && !complained) {
      complained = true;
      warn(`still waiting for ${running.label}: ${why}`);
    }
    await sleep(100);
  }
};

/**
 * Starts the instances in waves (an app waits until what it needs is ready). `failed` rejects as soon as one of them
 * ends by itself, now or later.
 */
export const createApps = (family, instances, environmentOf) => {
  const prefixOf = createPrefixes(
    instances.map(({ label }) => label),
    onOut,
  );
  const all = [];
  let stopping = false;
  let reject;
  const failed = new Promise((_, no) => (reject = no));
  failed.catch(() => {});

  const startOne = async ({ app, label }) => {
    const env = await environmentOf(app, label);
    const args = ['--enable-source-maps', entryOf(app)];
    const launched = family.launch({ name: label, kind: 'app', command: process.execPath, args, env, cwd: inRoot() });
    const running = {
      ...launched,
      app,
      label,
      tail: [],
      over: false,
      readyUrl: `http://127.0.0.1:${env[app.readyOn]}/readyz`,
    };
    all.push(running);
    follow(running, prefixOf(label));
    launched.child.once('close', async () => {
      running.over = true;
      if (!stopping) reject(explain(running, await launched.ended));
    });
    await untilReady(running);
  };

  const start = async () => {
    const ready = new Map();
    for (const instance of instances) {
      const before = instance.app.needs.flatMap((name) => ready.get(name) ?? []);
      const one = Promise.all(before).then(() => startOne(instance));
      one.catch(() => {});
      ready.set(instance.app.name, [...(ready.get(instance.app.name) ?? []), one]);
    }
    await Promise.all([...ready.values()].flat());
  };

  const stop = async () => {
    stopping = true;
    const order = [...new Set(instances.map(({ app }) => app.name))].reverse();
    for (const name of order) {
      const group = all.filter(({ app, over }) => app.name === name && !over);
      const calm = await Promise.all(group.map((running) => running.stop()));
      calm.forEach((well, index) => well || warn(`${group[index].label} did not end in time and was killed`));
      if (group.length > 0) say(`${name} stopped ${onErr('2', group.length > 1 ? `(${group.length})` : '')}`.trimEnd());
    }
  };

  return { start: () => Promise.race([start(), failed]), stop, failed };
};
