import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import forbidding from '../../../.dependency-cruiser.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** One forbidden import each: rule, file, what it imports. */
const FORBIDDEN = [
  ['domain-imports-only-itself', 'src/domain/uses-node.ts', 'node:crypto'],
  ['domain-imports-only-itself', 'src/domain/uses-package.ts', 'zod'],
  ['domain-imports-only-itself', 'src/domain/uses-lib.ts', '../lib/good.ts'],
  ['domain-imports-only-itself', 'src/domain/uses-type.ts', 'type ../usecases/good.ts'],
  ['usecases-import-domain-and-lib', 'src/usecases/uses-node.ts', 'node:crypto'],
  ['usecases-import-domain-and-lib', 'src/usecases/uses-package.ts', 'pino'],
  ['usecases-import-domain-and-lib', 'src/usecases/uses-adapter.ts', '../store/good.ts'],
  ['usecases-import-domain-and-lib', 'src/usecases/uses-config.ts', '../config.ts'],
  ['lib-has-no-domain-word', 'src/lib/uses-domain.ts', 'type ../domain/good.ts'],
  ['config-stands-alone', 'src/config.ts', './domain/good.ts'],
  ['adapters-are-strangers', 'src/slack/uses-keycloak.ts', '../keycloak/good.ts'],
  ['adapters-are-strangers', 'src/keycloak/uses-store.ts', '../store/good.ts'],
  ['adapters-are-strangers', 'src/store/uses-scheduler.ts', 'type ../scheduler/good.ts'],
  ['adapters-are-strangers', 'src/scheduler/uses-http.ts', '../http/good.ts'],
  ['adapters-are-strangers', 'src/http/uses-slack.ts', '../slack/good.ts'],
  ['adapters-are-strangers', 'src/policy/uses-config.ts', '../config.ts'],
  ['sdk-only-in-slack', 'src/http/uses-bolt.ts', '@slack/bolt'],
  ['sdk-only-in-keycloak', 'src/store/uses-admin-client.ts', 'type @keycloak/keycloak-admin-client'],
  ['sdk-only-in-keycloak', 'src/http/uses-openid.ts', 'openid-client'],
  ['sdk-only-in-store', 'src/cli/uses-driver.ts', 'better-sqlite3'],
  ['sdk-only-in-store', 'src/cli/uses-drizzle.ts', 'drizzle-orm/better-sqlite3'],
  ['sdk-only-in-policy', 'src/cli/uses-yaml.ts', 'yaml'],

  ['sdk-only-in-scheduler', 'src/http/uses-cron.ts', 'node-cron'],
  ['sdk-only-in-http', 'src/store/uses-metrics.ts', 'prom-client'],
  ['sdk-only-in-lib', 'src/slack/uses-pino.ts', 'pino'],
  ['http-is-the-only-listener', 'src/slack/listens.ts', 'node:http'],
  ['app-is-started-at-the-top', 'src/http/starts.ts', '../app.ts'],
  ['app-is-started-at-the-top', 'sandbox/slack/starts.ts', '../../src/app.ts'],
  ['entries-are-imported-by-nobody', 'src/lib/uses-main.ts', '../main.ts'],
  ['src-knows-no-test', 'src/lib/uses-test.ts', '../../test/good.ts'],
  ['src-knows-no-test', 'src/store/uses-bench.ts', '../../bench/good.ts'],
  ['src-knows-no-test', 'src/slack/uses-sandbox.ts', '../../sandbox/good.ts'],
  ['src-ships-what-it-imports', 'src/lib/uses-dev.ts', 'fast-check'],
  ['slack-sandbox-shares-no-code', 'sandbox/slack/uses-src.ts', 'type ../../src/domain/good.ts'],
  ['no-cycle', 'src/domain/one.ts', './other.ts'],
  ['no-missing-file', 'src/domain/lost.ts', './nowhere.ts'],
] as const;

/** Imports that must pass (the first closes a cycle, which is told of one file only). */
const ALLOWED = [
  ['src/domain/other.ts', 'type ./one.ts'],
  ['src/domain/uses-domain.ts', './good.ts'],
  ['src/usecases/uses-domain.ts', '../domain/good.ts'],
  ['src/usecases/uses-lib.ts', '../lib/good.ts'],
  ['src/lib/uses-pino.ts', 'pino'],
  ['src/slack/uses-usecase.ts', '../usecases/good.ts'],
  ['src/slack/uses-bolt.ts', '@slack/bolt'],
  ['src/slack/answers.ts', 'type node:http'],
  ['src/http/listens.ts', 'node:http'],
  ['src/policy/uses-yaml.ts', 'yaml'],
  ['src/keycloak/uses-admin-client.ts', '@keycloak/keycloak-admin-client'],
  ['src/app.ts', './store/good.ts'],
  ['src/main.ts', './app.ts'],
  ['bench/main.ts', '../src/app.ts'],
  ['sandbox/demo/main.ts', '../../src/app.ts'],
  ['test/uses-app.ts', '../src/app.ts'],
  ['sandbox/slack/uses-ws.ts', 'ws'],
] as const;

const GOOD = ['domain', 'usecases', 'lib', 'slack', 'keycloak', 'store', 'scheduler', 'http'].map(
  (room) => `src/${room}/good.ts`,
);

type Violation = { readonly from: string; readonly rule: { readonly name: string } };

function violationsIn(directory: string): readonly string[] {
  const rules = path.join(root, '.dependency-cruiser.mjs');
  const { stdout } = spawnSync(
    path.join(root, 'node_modules/.bin/depcruise'),
    ['--config', rules, '--output-type', 'json', 'src', 'test', 'sandbox', 'bench'],
    { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}

it('every forbidden arrow is refused, every allowed one passes, and no rule stands there for show', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'arrows-'));
  try {
    const write = (file: string, text: string) => {
      mkdirSync(path.join(directory, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(directory, file), text);
    };
    const importing = (what: string) =>
      what.startsWith('type ')
        ? `import type * as it from '${what.slice(5)}';\nexport type It = typeof it;\n`
        : `import '${what}';\n`;
    for (const file of [...GOOD, 'test/good.ts', 'bench/good.ts', 'sandbox/good.ts'])
      write(file, 'export const good = 1;\n');
    for (const [file, what] of ALLOWED) write(file, importing(what));
    for (const [, file, what] of FORBIDDEN) write(file, importing(what));
    execFileSync('ln', ['-s', path.join(root, 'node_modules'), path.join(root, 'package.json'), directory]);

    const found = violationsIn(directory);
    expect(found).toEqual(expect.arrayContaining(FORBIDDEN.map(([rule, file]) => `${rule}: ${file}`)));
    const violators = new Set(found.map((violation) => violation.split(': ')[1]));
    expect(violators).toEqual(new Set(FORBIDDEN.map(([, file]) => file)));
    expect(new Set(forbidding.forbidden?.map(({ name }) => name))).toEqual(new Set(FORBIDDEN.map(([rule]) => rule)));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
