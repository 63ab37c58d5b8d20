import fc from 'fast-check';

/** One seed for all that is random in a run: fixed in CI, fresh elsewhere, `SEED` replays one that failed. */
export const seed = Number(
  process.env['SEED'] ?? ((process.env['CI'] ?? '') === '' ? Date.now() % 2 ** 31 : 20_261_126),
);

fc.configureGlobal({ seed });
