import { onOut } from './say.mjs';
import { inData, root } from './paths.mjs';
import { relative } from 'node:path';
import { writeFile } from './hash.mjs';

/** The providers that libs/contracts/src/config.ts knows. */
const MODEL_PROVIDERS = ['OPENAI', 'GROQ', 'OPENROUTER', 'ANTHROPIC', 'GEMINI', 'CUSTOM'];

export const configuredProviders = (env) => MODEL_PROVIDERS.filter((name) => env[`${name}_API_KEY`]);

const quoted = (value) => (/^[\w@%+=:,./~-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);

/** For scripts to source; readable by its owner only, since it opens everything. */
export const writeDevEnv = (values) => {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`);
  writeFile(inData('dev.env'), `${lines.join('\n')}\n`, 0o600);
};

const curl = ({ url, key }) =>
  [
    `curl -s ${url}/api/v1/jobs \\`,
    `  -H 'Authorization: Bearer ${key}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"task":"review.sentiment","input":{"text":"Great sound, poor battery"}}'`,
  ].join('\n');

const latest = ({ url, key }) => `curl -s '${url}/api/v1/jobs?limit=1' -H 'Authorization: Bearer ${key}'`;

const providersNote = (providers) =>
  providers.length === 0
    ? [
        onOut('30;43;1', ' SANDBOX ') +
          onOut('33;1', ' No provider key is set: every model is SIMULATED and nothing is paid.'),
        '          Set OPENAI_API_KEY (or that of another provider, see .env.example) and start again for real answers.',
      ]
    : [onOut('31;1', `REAL PROVIDERS: ${providers.join(', ')}. Jobs cost money, within the tenant's caps.`)];

export const welcome = ({ url, key, operatorPassword, sandboxUrl, providers }) => {
  const row = (name, text) => `  ${onOut('1', name.padEnd(9))} ${text}`;
  const page = [
    '',
    onOut('32;1', 'Winnow is up.') + ' Ctrl-C stops it.',
    '',
    ...providersNote(providers),
    '',
    row('API', `${url}/api/v1`),
    row('Docs', `${url}/docs`),
    row('Queues', `${url}/queues  (user operator, password ${operatorPassword})`),
    ...(sandboxUrl ? [row('Sandbox', sandboxUrl)] : []),
    row('Key', key),
    row('For shells', `source ${relative(root, inData('dev.env'))}`),
    '',
    'A first job:',
    '',
    curl({ url, key }),
    '',
    'And what became of it (its receipt is at urls.receipt):',
    '',
    latest({ url, key }),
    '',
  ];
  process.stdout.write(`${page.join('\n')}\n`);
};
