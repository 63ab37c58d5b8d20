// npm run test:simulation -- [--seeds N] [--from N] [--break NAME]: many runs, each determined by its seed; the story of
// the first that broke a promise. With --break one known weakness is put into the code, to watch it being found.
import { parseArgs } from 'node:util';
import { breaks } from './breaks/all.ts';
import { simulate } from './run.ts';
import { told } from './told.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, from: { type: 'string' }, break: { type: 'string' } },
});
const broken = values.break === undefined ? null : breaks.find((one) => one.name === values.break);
if (broken === undefined) {
  console.error(
    `No such break. There are:\n${breaks.map(({ name, what }) => `  ${name.padEnd(28)} ${what}`).join('\n')}`,
  );
  process.exit(2);
}
if (broken !== null) console.log(`Broken on purpose: ${broken.what}\n`);
const from = Number(values.from ?? Date.now() % 2 ** 31);
const count = Number(values.seeds ?? (broken === null ? 500 : 200));
let passed = 0;
let failed = 0;
for (let seed = from; seed < from + count; seed++) {
  const outcome = await simulate(seed, broken);
  if (outcome.breach === null) passed += 1;
  else {
    failed += 1;
    if (failed <= 3) console.log(`${told(outcome)}\n`);
    if (broken !== null) break;
  }
  if ((passed + failed) % 500 === 0) console.error(`${passed + failed} of ${count}`);
}
console.log(`${passed} passed, ${failed} failed`);
// A break has to be found.
process.exitCode = (failed === 0) === (broken === null) ? 0 : 1;
