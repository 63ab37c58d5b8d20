// Who may import whom. The picture behind it: domain ← usecases ← adapters (strangers to each other) ← app.ts ← main.ts.
// Type imports count like any other; test/unit/structure/arrows.test.ts shows that each rule bites.

const adapter = '^src/(slack|keycloak|store|policy|scheduler|http)/';

/** A package at any depth, resolved or not. @param {string} names */
const packages = (names) => `(^|node_modules/)(@types/)?(${names})(/|$)`;

/** @param {string} room @param {string} names @returns {import('dependency-cruiser').IForbiddenRuleType} */
const confine = (room, names) => ({
  name: `sdk-only-in-${room}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}/` },
  to: { path: packages(names) },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-missing-file', severity: 'error', from: {}, to: { couldNotResolve: true, path: '^[.]' } },
    {
      name: 'domain-imports-only-itself',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'usecases-import-domain-and-lib',
      severity: 'error',
      from: { path: '^src/usecases/' },
      to: { pathNot: '^src/(usecases|domain|lib)/' },
    },
    {
      name: 'lib-has-no-domain-word',
      severity: 'error',
      from: { path: '^src/lib/' },
      to: { path: '^src/', pathNot: '^src/lib/' },
    },
    {
      name: 'config-stands-alone',
      severity: 'error',
      from: { path: '^src/config[.]ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'adapters-are-strangers',
      severity: 'error',
      from: { path: adapter },
      to: { path: '^src/', pathNot: '^src/($1|usecases|domain|lib)/' },
    },
    confine('slack', '@slack/[^/]+'),
    confine('keycloak', '@keycloak/[^/]+|openid-client'),
    confine('store', 'better-sqlite3|drizzle-orm|pg'),
    confine('policy', '@marcbachmann/cel-js|yaml'),
    confine('scheduler', 'node-cron'),
    confine('http', 'prom-client'),
    confine('lib', 'pino'),
    {
      name: 'http-is-the-only-listener',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/http/' },
      to: { path: '^(node:)?(https?|http2|net|tls)$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'app-is-started-at-the-top',
      severity: 'error',
      from: { pathNot: '^(src/main[.]ts$|src/cli/|bench/|test/|sandbox/demo/)' },
      to: { path: '^src/app[.]ts$' },
    },
    {
      name: 'entries-are-imported-by-nobody',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^(src|src/cli|bench|sandbox/demo)/main[.]ts$' },
    },
    {
      name: 'src-knows-no-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|sandbox|bench|scripts|keycloak)/' },
    },
    {
      name: 'src-ships-what-it-imports',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'slack-sandbox-shares-no-code',
      severity: 'error',
      from: { path: '^sandbox/slack/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|data|[.]cache)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
