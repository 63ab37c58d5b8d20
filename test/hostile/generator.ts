import fc from 'fast-check';
import { LONG, ODD_VALUES, PATTERNS, START_SECONDS, STARTS, TEXTS } from './corpus.ts';

/** How many inputs each door gets in one run of `npm test`; doors.test.ts adds them up. */
export const DOORS = {
  'command text': 1200,
  'forged payloads': 900,
  'clicks of approvers': 300,
  'starts in the form': 300,
  'unsigned and odd HTTP': 700,
  'Socket Mode frames': 300,
  'calls of Keycloak': 800,
  'texts on their way to Slack': 1500,
  'attributes of the realm': 1800,
  'answers of Keycloak': 600,
  'audit filters': 500,
  'CSV cells': 900,
  configuration: 1300,
  'log fields': 400,
  'justification patterns': 150,
} as const;
export type DoorName = keyof typeof DOORS;

const SEED = Number(process.env['SEED'] ?? 20_260_101);
const TIMES = Number(process.env['TIMES'] ?? 1);

/** Shows one door all its inputs; the first one that breaks a promise is shown as small as it can be made. */
export async function tryDoor<T>(
  door: DoorName,
  input: fc.Arbitrary<T>,
  check: (value: T) => Promise<void> | void,
): Promise<void> {
  await show(door, DOORS[door], async (runs) => {
    await fc.assert(
      fc.asyncProperty(input, async (value) => check(value)),
      runs,
    );
  });
}

/** The same with several inputs at a time that all act on one world, so that none is made smaller and tried again. */
export async function tryDoorAtOnce<T>(
  door: DoorName,
  size: number,
  input: fc.Arbitrary<T>,
  check: (values: readonly T[]) => Promise<void>,
): Promise<void> {
  const group = fc.array(input, { minLength: size, maxLength: size });
  await show(door, DOORS[door] / size, async (runs) => {
    await fc.assert(fc.asyncProperty(group, check), { ...runs, endOnFailure: true });
  });
}

/** Whether one of the inputs that this door gets breaks the promise. */
export const breaksAt = <T>(door: DoorName, input: fc.Arbitrary<T>, check: (value: T) => void): boolean =>
  fc.check(fc.property(input, check), { seed: SEED, numRuns: DOORS[door], endOnFailure: true }).failed;

type Runs = { readonly seed: number; readonly numRuns: number };

/** The seed is fixed unless SEED is set; TIMES multiplies the count. */
async function show(door: DoorName, runs: number, assert: (runs: Runs) => Promise<void>): Promise<void> {
  process.stderr.write(`hostile input, ${door}: ${DOORS[door] * TIMES}, SEED=${SEED}\n`);
  await assert({ seed: SEED, numRuns: Math.ceil(runs * TIMES) });
}

const corpusText = fc.constantFrom(...TEXTS);
const long = fc.constantFrom(...LONG);
const pieces = fc.array(
  fc.oneof(corpusText, fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(' ', '\n')),
  {
    minLength: 1,
    maxLength: 4,
  },
);

/** Text from the corpus, parts of it put together, or anything that UTF-16 can hold. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: corpusText },
  { weight: 8, arbitrary: pieces.map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(corpusText, long).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
      .map((units) => String.fromCharCode(...units)),
  },
);

/** The same, short enough for a name: what Keycloak stores in a column of 255. */
export const nastyName: fc.Arbitrary<string> = nastyText.map((text) => text.slice(0, 255));

/** When something is to begin, as it stands behind `from:` in a command. */
export const nastyStart: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...STARTS) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...STARTS), nastyName).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: nastyText },
);

/** The same as the form sends it; about one in three is near enough to the time to be taken. */
export const nastyStartSeconds = (nearMs: number): fc.Arbitrary<unknown> => {
  const near = Math.floor(nearMs / 1000);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...START_SECONDS) },
    { weight: 1, arbitrary: nastyValue },
    { weight: 1, arbitrary: fc.double() },
    { weight: 3, arbitrary: fc.integer({ min: -86_400 * 40, max: 86_400 * 40 }).map((seconds) => near + seconds) },
  );
};

/** A line of the record on its way into a file. */
export const nastyCells: fc.Arbitrary<(string | number | null)[]> = fc.array(
  fc.oneof(nastyText, nastyName, fc.constant(null), fc.integer()),
  { minLength: 1, maxLength: 4 },
);

export const nastyPattern: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...PATTERNS), nastyName);

/** Anything that JSON and JavaScript can hold, keys of prototypes among it. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 2, arbitrary: nastyText },
  {
    weight: 2,
    arbitrary: fc.anything({
      key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'then', 'toJSON', 'message', 'stack')),
      withNullPrototype: true,
      maxDepth: 3,
      maxKeys: 4,
    }),
  },
);
