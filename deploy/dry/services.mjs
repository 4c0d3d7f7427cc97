import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { Fault } from '../../scripts/lib/say.mjs';

const interpolate = (text, values) =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => {
    if (values[name]) return values[name];
    if (kind === '?') throw new Fault(`docker-compose.yml wants ${name}: ${rest}`);
    return kind === '-' ? rest : '';
  });

const exampleValues = () =>
  Object.fromEntries(
    readFileSync(inRoot('.env.example'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
        return name ? [[name, value]] : [];
      }),
  );

/** What runs from our own image, as docker-compose.yml and .env.example have it. `secrets` are what a person would set. */
export const readServices = (secrets) => {
  const values = { ...exampleValues(), ...secrets };
  const { services } = parse(readFileSync(inRoot('docker-compose.yml'), 'utf8'), { merge: true });
  return Object.entries(services)
    .filter(([, { build }]) => build)
    .map(([name, { command, environment, healthcheck }]) => ({
      name,
      command,
      env: Object.fromEntries(Object.entries(environment).map(([key, text]) => [key, interpolate(text, values)])),
      health: Array.isArray(healthcheck?.test) ? healthcheck.test.slice(2) : ['deploy/health.mjs'],
    }));
};
