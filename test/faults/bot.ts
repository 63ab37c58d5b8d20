// Leasehold as `npm start` runs it, except that a row of the fault bench may set its clock and have it killed or stopped at
// one of its own port calls. What is wrong with it stands in FAULTS_PLAN.
import { readFileSync } from 'node:fs';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { CodedError } from '../../src/lib/errors.ts';
import { ambushMigration } from './migration.ts';
import { noteIn, watchPoints } from './points.ts';
import type { Plan, Skew } from './plan.ts';

const { points, ambush, clock, migration } = JSON.parse(process.env['FAULTS_PLAN'] ?? '{}') as Plan;
const read = readConfig(process.env);
if (!read.ok) throw new Error(read.problems.join(' '));
if (migration !== undefined) ambushMigration(migration);

const NO_SKEW: Skew = { wallMs: 0, monotonicMs: 0 };
/** How wrong the clocks are is written by the bench at any moment. */
const skew = (): Skew => (clock === undefined ? NO_SKEW : (JSON.parse(readFileSync(clock, 'utf8')) as Skew));

try {
  const app = await startApp(read.config, {
    ...(points === undefined ? {} : { wrap: watchPoints(noteIn(points), ambush ?? null) }),
    wall: () => Date.now() + skew().wallMs,
    monotonic: () => performance.now() + skew().monotonicMs,
  });
  process.once('SIGTERM', () => {
    app.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  console.error(error.message);
  process.exit(1);
}
