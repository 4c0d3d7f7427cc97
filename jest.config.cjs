// Unit tests are `x.test.ts`; integration `x.int.test.ts` and end-to-end `x.e2e.test.ts` need the servers that `npm test` provides.
const shared = {
  transform: { '^.+\\.m?[tj]s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs)/)'],
  moduleNameMapper: {
    '^@winnow/([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@winnow/([a-z]+)/(.+)$': '<rootDir>/libs/$1/src/$2.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data'],
  testEnvironment: 'node',
};
module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,bench,deploy,scripts}/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.(int|e2e)\\.test\\.ts$', '/node_modules/'],
    },
    { ...shared, displayName: 'int', testMatch: ['<rootDir>/{apps,libs,bench}/**/*.int.test.ts'] },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/apps/*/e2e/**/*.e2e.test.ts'] },
  ],
};
