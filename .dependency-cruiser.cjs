// The arrows of the house: imports point down, never up or sideways between adapters.
const lib = (...names) => `^libs/(${names.join('|')})/`;
const down = (from, ...allowed) => ({
  name: `${from}-points-down`,
  severity: 'error',
  from: { path: lib(from), pathNot: '\\.test\\.ts$' },
  to: { path: '^(libs|apps)/', pathNot: lib(from, ...allowed) },
});
const only = (name, packages, owners, dependencyTypesNot) => ({
  name,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [...owners, '\\.test\\.ts$'] },
  to: { path: `^node_modules/(${packages.join('|')})/`, ...(dependencyTypesNot ? { dependencyTypesNot } : {}) },
});
module.exports = {
  forbidden: [
    down('kernel'),
    down('contracts', 'kernel'),
    down('analysis', 'contracts', 'kernel'),
    down('enrichment', 'contracts', 'kernel'),
    down('providers', 'analysis', 'enrichment', 'contracts', 'kernel'),
    down('sources', 'enrichment', 'contracts', 'kernel'),
    down('storage', 'analysis', 'enrichment', 'contracts', 'kernel'),
    down('queue', 'analysis', 'enrichment', 'contracts', 'kernel'),
    down('platform', 'queue', 'storage', 'providers', 'sources', 'analysis', 'enrichment', 'contracts', 'kernel'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-are-apart',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '/e2e/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.test\\.ts$', '/e2e/', lib('testing')] },
      to: { path: lib('testing') },
    },
    only('nest-at-the-edges', ['@nestjs'], ['^apps/', lib('platform')]),
    only('bullmq-in-queue', ['bullmq'], [lib('queue')]),
    only('openai-opossum-in-providers', ['openai', 'opossum'], [lib('providers')]),
    only('database-in-storage', ['@prisma', 'pg', 'ioredis'], [lib('storage'), lib('testing')]),
    only('logs-and-metrics-in-platform', ['pino', 'prom-client'], [lib('platform')]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    exclude: { path: '/generated/' },
  },
};
