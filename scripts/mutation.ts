// npm run test:mutation [-- <part of a path>…]: breaks one thing at a time in what decides, escapes and proves, and wants
// that file's own quick tests to notice. Prints what survived and the score of each file; fails below 85 % of all.
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import jest from '../jest.config.js';

type PartialStrykerOptions = NonNullable<ConstructorParameters<typeof Stryker>[0]>;
type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

const BREAK_PERCENT = 85;
const root = path.dirname(import.meta.dirname);
process.chdir(root);

const SOURCES = ['src/domain/*.ts', 'src/slack/render/escape.ts', 'src/store/chain.ts', 'src/usecases/verify-audit.ts'];
/** Only types in them. */
const EMPTY = ['src/domain/explained.ts', 'src/domain/flaw.ts', 'src/domain/home.ts', 'src/domain/resource.ts'];

/** `src/slack/render/escape.ts` is tested by `test/unit/slack/escape.test.ts`: rooms below the first are left out. */
function testOf(source: string): string {
  const [, room = ''] = source.split('/');
  return `test/unit/${room}/${path.basename(source, '.ts')}.test.ts`;
}

const options = (source: string): PartialStrykerOptions => ({
  mutate: [source],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    enableFindRelatedTests: false,
    config: {
      ...jest,
      testMatch: [`<rootDir>/${testOf(source)}`],
      setupFiles: ['<rootDir>/test/doubles/fixed-seed.ts'],
    },
  },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env['CONCURRENCY'] ?? 2),
  timeoutMS: 60_000,
  reporters: [],
  logLevel: 'error' as never,
  warnings: false,
  tempDirName: '.cache/mutation',
  ignorePatterns: ['.cache', 'data', 'dist', 'docs', 'keycloak', 'bench'],
});

const isKilled = ({ status }: MutantResult): boolean => status === 'Killed' || status === 'Timeout';
const counts = ({ status }: MutantResult): boolean =>
  isKilled({ status } as MutantResult) || status === 'Survived' || status === 'NoCoverage';

function tell(source: string, mutants: readonly MutantResult[]): void {
  const killed = mutants.filter(isKilled).length;
  const percent = ((100 * killed) / mutants.length).toFixed(1).padStart(5);
  const hung = mutants.filter(({ status }) => status === 'Timeout').length;
  console.log(
    `${percent} %  ${killed} of ${mutants.length}  ${source}${hung === 0 ? '' : `, ${hung} of them made its tests hang`}`,
  );
  for (const { location, replacement, status } of mutants.filter((mutant) => !isKilled(mutant))) {
    console.log(`         ${status} line ${location.start.line}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 120)}`);
  }
}

const wanted = process.argv.slice(2);
const sources = globSync(SOURCES, { cwd: root })
  .filter((source) => !EMPTY.includes(source))
  .filter((source) => wanted.length === 0 || wanted.some((part) => source.includes(part)))
  .sort();
for (const source of sources)
  if (!existsSync(path.join(root, testOf(source)))) throw new Error(`${source} has no ${testOf(source)}`);
const all: MutantResult[] = [];
for (const source of sources) {
  const mutants = (await new Stryker(options(source)).runMutationTest()).filter(counts);
  tell(source, mutants);
  all.push(...mutants);
}
const percent = (100 * all.filter(isKilled).length) / all.length;
console.log(`${percent.toFixed(1)} % of ${all.length} killed; at least ${BREAK_PERCENT} % must be`);
process.exitCode = percent >= BREAK_PERCENT ? 0 : 1;
